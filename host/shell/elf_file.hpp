// ElfFile: whether all is there of a shared library that its headers speak of. The dynamic linker does not
// look: it maps what is missing all the same, and whoever reads there ends by SIGBUS.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace hermit {

// The error says how many bytes the file has, and how many it should, to follow its name. What is no ELF file
// of this machine's size and byte order, or cannot be read, is left to the dynamic linker, which says so. See
// elf(5). [any-thread]
Result<void> check_whole(const std::filesystem::path& library);

}  // namespace hermit
