// Backtrace: what a crashing thread says of itself, written by a signal handler in the worker, read by the
// host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hermit::worker {

// Has SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT write where they happened to the descriptor `report`, and
// then end the process as they do without. To be called once in a process.
void report_crashes(int report);

// Lets the handler run on the calling thread even when its stack has overflowed, while this exists.
class AlternateStack {
 public:
  AlternateStack();
  ~AlternateStack();
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

 private:
  std::vector<char> memory_;
};

struct CrashReport {
  std::string address;              // that could not be used; empty when it is not about one
  std::vector<std::string> frames;  // innermost first: of the user's code, and the shell's below it
};

// Reads what the handler has written; empty text gives an empty report.
CrashReport read_crash_report(std::string_view text);

}  // namespace hermit::worker
