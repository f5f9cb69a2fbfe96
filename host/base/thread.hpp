// Threads of the host's own: named for debuggers, and out of the way of signals.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace hermit {

// True on the threads that start_thread() has started, and where it was set: not on those of a shell.
inline thread_local bool is_host_thread = false;

// Starts a thread with the signals in `blocked` blocked; `name` has at most 15 characters. Throws
// std::system_error when there can be no more threads.
template <class Function>
std::thread start_thread(const char* name, const sigset_t& blocked, Function function) {
  // A new thread begins with its maker's mask.
  struct Mask {
    explicit Mask(const sigset_t& mask) { pthread_sigmask(SIG_SETMASK, &mask, &before); }
    ~Mask() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    sigset_t before;
  } const mask(blocked);
  return std::thread([name, function = std::move(function)]() mutable {
    is_host_thread = true;
    pthread_setname_np(pthread_self(), name);
    function();
  });
}

// Starts a thread that runs none of the user's code. It takes no signals, so that none interrupts its
// system calls.
template <class Function>
std::thread start_quiet_thread(const char* name, Function function) {
  sigset_t all;
  sigfillset(&all);
  return start_thread(name, all, std::move(function));
}

// Starts a thread that runs user code. It takes signals, whatever the mask of its maker: its child processes
// inherit what is blocked.
template <class Function>
std::thread start_user_thread(const char* name, Function function) {
  sigset_t none;
  sigemptyset(&none);
  return start_thread(name, none, std::move(function));
}

}  // namespace hermit
