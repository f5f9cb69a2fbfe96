// Process: a kernel's process as the benchmark sees it from outside, with all its descendants.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hermit::bench {

using Clock = std::chrono::steady_clock;

// A child process in a session of its own. Whatever is left of it is killed on destruction, and by the
// system when the benchmark itself is killed.
class Process {
 public:
  // Starts `argv` (found on PATH) with its output going to the file `log`.
  // Throws Failure when the program cannot be started.
  Process(const std::vector<std::string>& argv, const std::filesystem::path& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The moment just before the process was made.
  Clock::time_point started() const { return started_; }
  // Whether it has ended; it is then collected, and `how_it_ended` tells of it.
  bool ended();
  // Waits until it has ended; false when it still runs after `limit`.
  bool wait(std::chrono::milliseconds limit);
  std::string how_it_ended() const;
  // Whether it ended with exit code 0.
  bool succeeded() const;
  // Ends it and everything in its session's process group, and collects it.
  void kill();
  // Sends SIGINT to its process group, as clients do for kernels that are interrupted by signal.
  void interrupt() const;

  // All of these are sums over the process and its living descendants.
  std::int64_t rss_bytes() const;             // resident, pages shared with others counted in full
  std::int64_t pss_bytes() const;             // resident, each shared page divided by those who share it
  std::chrono::nanoseconds cpu_time() const;  // user and system time, of all threads
  std::size_t threads() const;
  std::size_t descriptors() const;  // open files, sockets and the like
  // Context switches by the names of the threads; each one is a wake-up, or being preempted.
  std::map<std::string, std::int64_t> context_switches() const;
  // The process and its descendants.
  std::vector<pid_t> tree() const;

 private:
  pid_t pid_ = -1;
  int pidfd_ = -1;
  int status_ = 0;
  bool ended_ = false;
  Clock::time_point started_;
};

}  // namespace hermit::bench
