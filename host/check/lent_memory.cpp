#include "check/lent_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>

namespace hermit::check {
namespace {

// What any struct of the ABI needs of its address.
constexpr std::size_t alignment = 16;

std::size_t rounded_up(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

}  // namespace

LentMemory::LentMemory(std::string_view bytes, End end) : size_(bytes.size()) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t body = rounded_up(bytes.size() + alignment, page);
  pages_size_ = body + page;
  void* const made = mmap(nullptr, pages_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) throw std::bad_alloc();
  pages_ = static_cast<char*>(made);
  mprotect(pages_ + body, page, PROT_NONE);
  data_ = end == End::nul ? pages_ : pages_ + body - size_;
  std::memcpy(data_, bytes.data(), bytes.size());
}

LentMemory::~LentMemory() { munmap(pages_, pages_size_); }

void LentMemory::take_back() { mprotect(pages_, pages_size_, PROT_NONE); }

}  // namespace hermit::check
