// The process of a worker: the signals that it takes, what it may use up, and its end.
#pragma once

#include <sys/types.h>

#include "worker/options.hpp"

namespace hermit::worker {

// Has the process end with the host, whatever its threads do, and system calls return when a thread is sent
// interrupt_signal().
void take_signals();
// Sent to a thread that does not obey an interrupt.
int interrupt_signal();

void apply(const WorkerLimits& limits);

// What tells a file from another that has got its descriptor's number; 0 for none.
ino_t inode_of(int descriptor);

// The host cannot be reached any more. Where it was user code that has closed the way to it, the host is told
// by how the process ends: `inode` is what the descriptor `link` has led to.
[[noreturn]] void end_without_host(int link, ino_t inode);

// The end of the process, once its shell was destroyed.
[[noreturn]] void leave();

}  // namespace hermit::worker
