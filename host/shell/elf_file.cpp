#include "shell/elf_file.hpp"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "base/file.hpp"

namespace hermit {
namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using Section = ElfW(Shdr);

constexpr auto everywhere = std::numeric_limits<std::uint64_t>::max();

// Where `size` bytes from `begin` on end; past every file when there can be no such place.
std::uint64_t end_of(std::uint64_t begin, std::uint64_t size) {
  return size > everywhere - begin ? everywhere : begin + size;
}

// Reads a header that lies at an offset; false when the file ends before it does.
template <class Part>
bool read_at(const Descriptor& file, std::uint64_t offset, Part& part) {
  if (offset > std::numeric_limits<off_t>::max()) return false;
  const auto got = pread(file.get(), &part, sizeof part, static_cast<off_t>(offset));
  return got == static_cast<ssize_t>(sizeof part);
}

bool is_of_this_machine(const Header& header) {
  constexpr unsigned char word = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  constexpr unsigned char order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == word &&
         header.e_ident[EI_DATA] == order && header.e_phentsize == sizeof(Segment);
}

// How many bytes the file has to have.
std::uint64_t needed(const Descriptor& file, const Header& header) {
  std::uint64_t needed = end_of(header.e_phoff, std::uint64_t{header.e_phnum} * header.e_phentsize);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Segment segment;
    if (!read_at(file, header.e_phoff + std::uint64_t{i} * sizeof segment, segment)) return needed;
    if (segment.p_type == PT_LOAD) needed = std::max(needed, end_of(segment.p_offset, segment.p_filesz));
  }
  // The table of sections comes last, and is missing from nothing but what was cut off, or stripped of it.
  const bool has_sections = header.e_shoff != 0 && header.e_shentsize == sizeof(Section);
  if (!has_sections) return needed;
  return std::max(needed, end_of(header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize));
}

}  // namespace

Result<void> check_whole(const std::filesystem::path& library) {
  const Descriptor file(open(library.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info{};
  Header header;
  if (!file || fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  if (!read_at(file, 0, header) || !is_of_this_machine(header)) return {};
  const auto size = static_cast<std::uint64_t>(info.st_size);
  const std::uint64_t wanted = needed(file, header);
  if (size >= wanted) return {};
  return Error{
      "is cut off: it has " + std::to_string(size) + " bytes" +
      (wanted == everywhere ? ", which is not what its headers say" : " of " + std::to_string(wanted))};
}

}  // namespace hermit
