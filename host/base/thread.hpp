// Threads of the host's own: named for debuggers, and out of the way of signals.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace hermit {

// Starts a thread that runs none of the user's code. It takes no signals, so that none interrupts its
// system calls; `name` has at most 15 characters. A thread that runs user code must not be started this way:
// child processes would inherit the blocked signals.
template <class Function>
std::thread start_quiet_thread(const char* name, Function function) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread begins with its maker's mask
  std::thread thread([name, function = std::move(function)]() mutable {
    pthread_setname_np(pthread_self(), name);
    function();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace hermit
