#include "worker/death.hpp"

#include <signal.h>

#include "base/log.hpp"
#include "shell/abi_text.hpp"
#include "worker/backtrace.hpp"
#include "worker/far_end.hpp"

namespace hermit::worker {

Death death_of(const Ending& ending, std::string_view report, const WorkerLimits& limits) {
  const CrashReport crash = read_crash_report(report);
  Death death;
  death.frames = crash.frames;
  if (ending.signal == closed_pipe_signal()) {
    death.what = closed_pipe;
  } else if (!ending.known) {
    death.what = "has ended; how, the system does not tell";
  } else if (ending.signal == 0) {
    death.what = fmt::format("has exited with the code {}, as code in it asked for", ending.code);
  } else {
    death.what = "was ended by " + signal_text(ending.signal);
    if (!crash.address.empty()) death.what += " at the address " + crash.address;
    if (ending.signal == SIGXCPU) {
      death.what += fmt::format(": it has used up its {} s of processor time", limits.cpu_seconds);
    }
    const bool by_itself = ending.signal == SIGABRT || ending.signal == SIGSEGV || ending.signal == SIGBUS;
    if (by_itself && limits.memory != 0) {
      death.what +=
          fmt::format("; it may have {} bytes of address space, and what needs more fails", limits.memory);
    }
    if (ending.signal == SIGKILL) {
      death.what += ", which another program sent, or the system for want of memory";
    }
  }
  return death;
}

void tell(ShellHost& host, hermit_request request, std::string_view name, std::string_view value,
          const std::vector<std::string>& traceback) {
  std::vector<hermit_text> lines;
  for (const auto& line : traceback) lines.push_back(lend(line));
  host.fail(request, {lend(name), lend(value), lines.data(), lines.size()});
}

void tell(ShellHost& host, hermit_request request, const Death& death) {
  const std::string name = death.by_interrupt ? "KernelInterrupt" : "ShellDied";
  const std::string value =
      "the shell's process " + death.what + "; what it knew is gone, and the next cell finds a new one";
  std::vector<std::string> traceback{name + ": " + value};
  traceback.insert(traceback.end(), death.frames.begin(), death.frames.end());
  tell(host, request, name, value, traceback);
}

}  // namespace hermit::worker
