// Children: the processes that cells have started (K8, K16).
#pragma once

namespace hermit {

// Sends a signal to all processes that descend from this one and have not been left to themselves. A process
// that a shell started in the background ignores SIGINT, as under a terminal. [any-thread]
void signal_children(int signal);

}  // namespace hermit
