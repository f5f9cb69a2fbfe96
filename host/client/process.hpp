// Process: a kernel, or any other program, as a child of this one: started, watched, ended. What it prints
// is kept. It knows nothing of messages.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace hermit {

// What to start.
struct ProcessOptions {
  std::filesystem::path program;
  std::vector<std::string> arguments;  // without the program's own name
  // Added to this process's environment. JPY_PARENT_PID is set to this process unless it is named here, so
  // that a kernel ends even when this process is killed.
  std::map<std::string, std::string> environment;
  std::vector<std::string> unset;  // variables that the child does not get
};

// How a child ended.
struct Ending {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;      // 0 when it exited
};

// Owns one child. Used by one thread.
class Process {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Starts the child with no input; its stdout and stderr are kept in memory. The error names the program.
  static Result<Process> start(const ProcessOptions& options);

  Process(Process&&) noexcept = default;
  Process& operator=(Process&&) = delete;
  // Kills the child if it still runs, and reaps it: it leaves neither a zombie nor an orphan.
  ~Process();

  pid_t pid() const { return pid_; }

  // How the child ended, or nothing when it still runs at `deadline`. Then the same again.
  std::optional<Ending> wait(Deadline deadline);
  // True while it has not ended.
  bool running() { return !wait(std::chrono::steady_clock::now()).has_value(); }

  // A descriptor that becomes readable when the child ends, for waiting for something else besides.
  int descriptor() const { return watch_.get(); }

  // Sends a signal; nothing happens when the child has ended.
  void signal(int number);

  // All that the child, and what it started, has written to stdout or stderr so far.
  std::string stdout_text() const { return text_of(stdout_); }
  std::string stderr_text() const { return text_of(stderr_); }

 private:
  Process() = default;
  static std::string text_of(const Descriptor& file);

  pid_t pid_ = -1;
  Descriptor watch_;            // a pidfd
  Descriptor stdout_, stderr_;  // files in memory, so that a child never waits for us to read
  std::optional<Ending> ending_;
};

}  // namespace hermit
