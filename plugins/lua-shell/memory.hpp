// Memory: where a Lua state gets its blocks from. Lua makes and drops small blocks all the time, and knows
// their sizes: keeping some of each size at hand is much faster than malloc, which has to find out. A state
// that takes all that memory_left.hpp lets it have gets no more.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "memory_left.hpp"

namespace hermit::lua_shell {

// The blocks of one state. For one thread at a time: whoever holds the state.
class Memory {
 public:
  Memory() = default;
  ~Memory() {
    for (Kept& kept : kept_) {
      while (kept.first != nullptr) std::free(take(kept));
    }
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // A block of `size` bytes, which is not 0; NULL when there is no more memory.
  void* allocate(size_t size) {
    if (size <= largest_kept) {
      Kept& kept = kept_of(size);
      if (kept.first != nullptr) return take(kept);
      size = rounded(size);
    }
    return may_take(size) ? std::malloc(size) : nullptr;
  }
  // Frees a block, which may be NULL, of the size that it was asked for with.
  void release(void* block, size_t size) {
    if (block == nullptr || size > largest_kept || kept_of(size).count == most_kept) {
      freed_ += size;
      return std::free(block);
    }
    Kept& kept = kept_of(size);
    std::memcpy(block, &kept.first, sizeof kept.first);
    kept.first = block;
    ++kept.count;
  }
  // Moves a block to one of another size; NULL when there is no more memory, and then it stays where it is.
  void* resize(void* block, size_t old_size, size_t new_size) {
    // What gets smaller is never refused: Lua counts on that.
    if (new_size < old_size) unasked_ = std::max(unasked_, rounded(new_size));
    if (old_size > largest_kept && new_size > largest_kept) {
      if (new_size < old_size) freed_ += old_size - new_size;
      const bool may_grow = new_size <= old_size || may_take(new_size - old_size);
      return may_grow ? std::realloc(block, new_size) : nullptr;
    }
    if (old_size <= largest_kept && new_size <= largest_kept && rounded(old_size) == rounded(new_size))
      return block;
    void* moved = allocate(new_size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, old_size < new_size ? old_size : new_size);
    release(block, old_size);
    return moved;
  }
  // Lets the state have a little in any case. When nothing is left that is enough for a cell to drop what
  // fills the memory, and for an error to be worded.
  void grant() { unasked_ = std::max(unasked_, granted); }

 private:
  // Blocks that are free, each with the address of the next one in it.
  struct Kept {
    void* first = nullptr;
    size_t count = 0;
  };

  static constexpr size_t step = 16;
  static constexpr size_t largest_kept = 256;
  // Of each size. What a collection frees beyond that goes back; 8 MB stay at most.
#if defined(__SANITIZE_ADDRESS__)
  static constexpr size_t most_kept = 0;
#else
  static constexpr size_t most_kept = 4096;
#endif

  // How much is taken until it is asked again what is left; asking takes some 50 microseconds.
  static constexpr size_t asked_every = size_t{32} << 20;
  static constexpr size_t granted = size_t{1} << 20;

  bool may_take(size_t size) {
    if (size > unasked_) {
      if (memory_left() < size && !(give_back() && memory_left() >= size)) return false;
      unasked_ = size + asked_every;
    }
    unasked_ -= size;
    return true;
  }

  // Has malloc return to the system what it keeps of the blocks that were freed. Returns whether that can be
  // much.
  bool give_back() {
    if (freed_ < asked_every) return false;
    freed_ = 0;
    malloc_trim(0);
    return true;
  }

  static size_t rounded(size_t size) { return (size + step - 1) / step * step; }
  Kept& kept_of(size_t size) { return kept_[(size - 1) / step]; }
  static void* take(Kept& kept) {
    void* block = kept.first;
    std::memcpy(&kept.first, block, sizeof kept.first);
    --kept.count;
    return block;
  }

  std::array<Kept, largest_kept / step> kept_;
  size_t unasked_ = asked_every;  // what may be taken before it is asked again
  size_t freed_ = 0;              // since malloc last gave back what it keeps
};

}  // namespace hermit::lua_shell
