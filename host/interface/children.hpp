// Children: the processes that cells have started (K8, K16).
#pragma once

#include <sys/types.h>

#include <vector>

namespace hermit {

// All processes that descend from this one, and have not been left to themselves, when it was made. Those
// that end later stay in it. Usable on any thread.
class Children {
 public:
  Children();

  // A process that a shell started in the background ignores SIGINT, as under a terminal.
  void signal(int signal) const;

 private:
  std::vector<pid_t> found_;
};

}  // namespace hermit
