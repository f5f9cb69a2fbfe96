// SubshellIds: the subshells that the riders know of, so that each uses and deletes those of the others.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "storm/dice.hpp"

namespace hermit::tests {

// Used by all riders. [any-thread]
class SubshellIds {
 public:
  void add(const std::string& id) {
    Lock lock(mutex_);
    if (std::find(ids_.begin(), ids_.end(), id) == ids_.end()) ids_.push_back(id);
  }

  void remove(const std::string& id) {
    Lock lock(mutex_);
    std::erase(ids_, id);
  }

  // One of them, which may be gone by now; an id that nobody has when there is none.
  std::string any(Dice& dice) const {
    Lock lock(mutex_);
    return ids_.empty() ? "no-subshell" : dice.one_of(ids_);
  }

  std::size_t size() const {
    Lock lock(mutex_);
    return ids_.size();
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> ids_ GUARDED_BY(mutex_);
};

}  // namespace hermit::tests
