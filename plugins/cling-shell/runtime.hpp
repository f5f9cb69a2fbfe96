// The functions that the code of cells calls: the other side of include/hermit/runtime.hpp.
#pragma once

namespace hermit::cling_shell {

struct Session;

// Gives them to the session's linker, and what code that is compiled for a library expects of the C library
// besides. Cells that run on threads of their own reach the session that was given last.
void offer_runtime(Session& session);

// Cells that still run on threads of their own reach the session no more.
void forget_runtime(Session& session);

}  // namespace hermit::cling_shell
