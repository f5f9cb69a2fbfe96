// What runs on a thread of the shell: the cell, and where its output and value go.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csetjmp>
#include <functional>

#include "hermit/values.hpp"

namespace hermit::cling_shell {

struct Session;

// Belongs to the thread that runs it; what is atomic others may touch.
struct Lane {
  Session* session = nullptr;
  hermit_request request = HERMIT_NO_REQUEST;
  bool is_silent = false;
  // Where the value of the last expression goes instead of to the notebook.
  sdk::Bundle* value = nullptr;
  // It has a thread of its own: what it prints goes to the host with its request.
  bool is_apart = false;
  std::array<std::string, 3> printed;  // what is not sent yet, by HERMIT_STDOUT and HERMIT_STDERR

  std::chrono::steady_clock::duration ran{};  // how long its code ran
  size_t marks = 0;                           // how many initialisations the cell has behind it

  std::atomic<bool> interrupted = false;
  std::atomic<bool> runs = false;  // code of the user's, so that it may be interrupted
  pthread_t thread{};
  sigjmp_buf leave;  // out of what takes no notice; valid while it runs
};

// The lane of this thread, or NULL when it is one of the user's own.
Lane*& lane_of_thread();

}  // namespace hermit::cling_shell
