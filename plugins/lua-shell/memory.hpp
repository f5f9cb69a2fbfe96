// Memory: where a Lua state gets its blocks from. Lua makes and drops small blocks all the time, and knows
// their sizes: keeping some of each size at hand is much faster than malloc, which has to find out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

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
    if (size > largest_kept) return std::malloc(size);
    Kept& kept = kept_of(size);
    return kept.first != nullptr ? take(kept) : std::malloc(rounded(size));
  }
  // Frees a block, which may be NULL, of the size that it was asked for with.
  void release(void* block, size_t size) {
    if (block == nullptr || size > largest_kept) return std::free(block);
    Kept& kept = kept_of(size);
    if (kept.count == most_kept) return std::free(block);
    std::memcpy(block, &kept.first, sizeof kept.first);
    kept.first = block;
    ++kept.count;
  }
  // Moves a block to one of another size; NULL when there is no more memory, and then it stays where it is.
  void* resize(void* block, size_t old_size, size_t new_size) {
    if (old_size > largest_kept && new_size > largest_kept) return std::realloc(block, new_size);
    if (old_size <= largest_kept && new_size <= largest_kept && rounded(old_size) == rounded(new_size))
      return block;
    void* moved = allocate(new_size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, old_size < new_size ? old_size : new_size);
    release(block, old_size);
    return moved;
  }

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

  static size_t rounded(size_t size) { return (size + step - 1) / step * step; }
  Kept& kept_of(size_t size) { return kept_[(size - 1) / step]; }
  static void* take(Kept& kept) {
    void* block = kept.first;
    std::memcpy(&kept.first, block, sizeof kept.first);
    --kept.count;
    return block;
  }

  std::array<Kept, largest_kept / step> kept_;
};

}  // namespace hermit::lua_shell
