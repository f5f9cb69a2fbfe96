// Dice: what is random in the storm, out of a seed. The same seed gives the same throws on every machine,
// which the distributions of the standard library do not promise.
#pragma once

#include <cstddef>
#include <iterator>
#include <random>
#include <string>

namespace hermit::tests {

// Used by one thread.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  // A number below `limit`, which is not 0.
  std::size_t number(std::size_t limit) { return random_() % limit; }

  // True once in `times`, on average.
  bool once_in(std::size_t times) { return number(times) == 0; }

  // One of the items of an array or a container.
  template <class Items>
  const auto& one_of(const Items& items) {
    return items[number(std::size(items))];
  }

  // Up to `limit` bytes, any.
  std::string bytes(std::size_t limit) {
    std::string bytes(number(limit + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

 private:
  std::mt19937 random_;
};

}  // namespace hermit::tests
