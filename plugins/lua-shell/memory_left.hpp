// How much memory this process may still take before something gives way: a Lua state that grows without
// bound is to fail with an error, not to have the system end the kernel, or other programs.
//
// Not a limit of its own: what is asked is the machine, the control groups that the process is in, and the
// limits of its resources.
#pragma once

#include <cstdint>

namespace hermit::lua_shell {

// The bytes that are left, less a reserve for the host, which has to report the error, and for other
// programs. The largest number when nothing tells. `root` goes before the names of the files of the system
// that are read; it is empty but in tests. Allocates nothing. [any-thread]
uint64_t memory_left(const char* root = "") noexcept;

}  // namespace hermit::lua_shell
