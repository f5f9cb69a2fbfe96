// Death: how a worker ended, in words for its user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/shell.hpp"
#include "worker/child.hpp"
#include "worker/options.hpp"

namespace hermit::worker {

// Why a worker is no more.
struct Death {
  std::string what;                 // such as "was ended by SIGSEGV (Segmentation fault)"
  std::vector<std::string> frames;  // of the thread that crashed, innermost first; may be empty
  bool by_interrupt = false;        // an interrupt was not obeyed, and so the process was ended
};

// How a process has died that the host has not ended itself. `report` is what its signal handler wrote.
Death death_of(const Ending& ending, std::string_view report, const WorkerLimits& limits);

// What the host ends a process for.
inline constexpr const char* wrote_rubbish =
    "was ended, because it wrote rubbish to where it talks to the host";
inline constexpr const char* closed_pipe = "was ended, because it had closed its pipe to the host";
inline constexpr const char* has_no_descriptors =
    "was ended, because code in it had used up all descriptors and a thread needed one more";
inline constexpr const char* ended_with_kernel = "was ended with the kernel";
inline constexpr const char* has_no_shell = "was ended, because it has no shell";
inline constexpr const char* not_interrupted =
    "was ended, because the cell ended neither when the shell asked it to nor upon a signal";

// Gives a request an error.
void tell(ShellHost& host, hermit_request request, std::string_view name, std::string_view value,
          const std::vector<std::string>& traceback);
// The same, with an error that tells of the death.
void tell(ShellHost& host, hermit_request request, const Death& death);

}  // namespace hermit::worker
