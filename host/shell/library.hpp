// Library: a shell's shared library, loaded and checked, before any function of it is called.
#pragma once

#include <filesystem>

#include <hermit/shell.h>

#include "base/result.hpp"
#include "shell/finder.hpp"
#include "shell/manifest.hpp"

namespace hermit {

// Checks what stands in an entry. The error names what it has beside what this host expects, when it was made
// for another ABI or has holes in its tables; `origin` is the file, or another name for it. [any-thread]
Result<void> check_entry(const hermit_shell_entry_type& entry, const std::string& origin);

// Loads the library for the rest of the process's life (it is never unloaded: its threads, its
// thread-locals and what it registered with libc would outlive it) and returns its entry. The error
// names the file, and what it has beside what this host expects, when it is no library, exports no
// hermit_shell_entry, was made for another ABI, or has holes in its tables. [any-thread]
Result<const hermit_shell_entry_type*> load_library(const std::filesystem::path& path);

// The text of a shell's manifest: the file beside the library, or without one the library's own, which
// loads it. [any-thread]
Result<std::string> manifest_text(const FoundShell& shell);

// The same, read.
Result<Manifest> read_manifest(const FoundShell& shell);

}  // namespace hermit
