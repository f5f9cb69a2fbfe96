// LentMemory: memory that a shell is lent for one call, and that nobody can read afterwards (convention 2 of
// abi.h). A shell that has kept a pointer to it ends with a signal, and its backtrace says where.
#pragma once

#include <cstddef>
#include <string_view>

#include <hermit/hermit.h>

namespace hermit::check {

// Not shared between threads.
class LentMemory {
 public:
  // What stands behind the bytes: a NUL, as behind a C string, or nothing that can be read.
  enum class End { nul, nothing };

  // A copy of `bytes`. Throws std::bad_alloc.
  explicit LentMemory(std::string_view bytes, End end = End::nul);
  ~LentMemory();
  LentMemory(const LentMemory&) = delete;
  LentMemory& operator=(const LentMemory&) = delete;

  hermit_text text() const { return {data_, size_}; }
  // The bytes as what they are a copy of.
  template <class Type>
  const Type& as() const {
    return *reinterpret_cast<const Type*>(data_);
  }

  // The call is over. The addresses are not used again while this exists.
  void take_back();

 private:
  char* pages_ = nullptr;
  std::size_t pages_size_ = 0;
  char* data_ = nullptr;
  std::size_t size_;
};

}  // namespace hermit::check
