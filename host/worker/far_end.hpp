// Far end: the process in which a shell runs, from its start to its end.
#pragma once

#include <signal.h>

#include <string_view>

#include "base/result.hpp"

namespace hermit::worker {

// What the process is called, the verb of `hermit` that runs it, and the descriptor on which it finds its
// link. Of use to nobody but Child::start().
inline constexpr std::string_view far_end_name = "hermit";
inline constexpr std::string_view far_end_verb = "worker";
inline constexpr int far_end_descriptor = 3;

// The signal that ends the process when code in it has closed its way to the host: one that nobody else uses.
inline int closed_pipe_signal() { return SIGRTMAX - 2; }

// Runs a shell for the host at the other end of the link, and ends the process with it. Returns only an
// error: why there is no host. [main-thread]
Result<void> run_far_end();

}  // namespace hermit::worker
