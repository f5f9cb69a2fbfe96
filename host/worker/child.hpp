// Child: the process of a worker, from its start to the last of it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace hermit::worker {

// How a worker's process has ended.
struct Ending {
  int signal = 0;     // that ended it, or 0
  int code = 0;       // that it has returned, when no signal has ended it
  bool known = true;  // false when somebody else has asked the system first
};

// Names a signal: "SIGSEGV (Segmentation fault)".
std::string signal_text(int signal);

// A process in a group of its own, with all that it starts. Not shared between threads but where it says so.
class Child {
 public:
  // Starts `program worker` with `link` as its descriptor 3 and nothing else of this process's but the three
  // standard streams, of which it gets no input. The thread that calls this has to live as long as the child
  // is to live: the child ends with it.
  static Result<Child> start(const std::filesystem::path& program, int link);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  // Ends it, and its group.
  ~Child();

  // Readable once it has ended.
  int descriptor() const { return watch_.get(); }
  pid_t pid() const { return pid_; }

  // Ends the process and its group at once; does nothing after bury(). Not while bury() is under way.
  void kill() const;
  // When it has ended: ends what is left of its group, and says how it ended.
  Ending bury();

 private:
  Child(pid_t pid, Descriptor watch) : pid_(pid), watch_(std::move(watch)) {}

  pid_t pid_;
  Descriptor watch_;  // a pidfd
};

}  // namespace hermit::worker
