// Interrupts: ending the cell of a request, whatever it is doing, and no other one.
//
// Each loop of a cell's code looks at a flag, and throws when it is set: destructors run. A signal wakes what
// waits in a system call. What takes no notice for half a second, such as a loop of a library's, is left with
// a jump: its destructors do not run.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "lane.hpp"

namespace hermit::cling_shell {

// What an interrupt throws in a cell. It is no std::exception, so that handlers of those let it pass.
struct Interruption {};

// Every function: [any-thread]
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();

  void begin(Lane& lane, hermit_request request);
  void end(Lane& lane);

  // Asks what runs for the request to end; when it has not begun yet, it will not.
  void ask(hermit_request request);

 private:
  void watch();

  std::mutex mutex_;
  std::unordered_map<hermit_request, Lane*> lanes_;  // guarded by mutex_
  std::array<hermit_request, 64> early_{};           // guarded by mutex_
  size_t next_early_ = 0;

  // Asked to end, and when patience with them ends. The watch leaves no other trace than to end them by
  // force.
  struct Due {
    hermit_request request;
    std::chrono::steady_clock::time_point time;
  };
  std::deque<Due> due_;  // guarded by mutex_
  std::condition_variable changed_;
  bool ended_ = false;  // guarded by mutex_
  std::thread watch_;   // begun with the first interrupt
};

// Says that the lane serves a request, as long as it lives.
class Serving {
 public:
  Serving(Interrupts& interrupts, Lane& lane, hermit_request request) : interrupts_(interrupts), lane_(lane) {
    interrupts.begin(lane, request);
  }
  ~Serving() { interrupts_.end(lane_); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  Interrupts& interrupts_;
  Lane& lane_;
};

// The flag that the code of cells looks at. It is set while any cell is asked to end.
extern std::atomic<int> interrupt_flag;

// What the code of cells calls when the flag is set: throws when it is this thread's cell that is meant.
extern "C" void hermit_cpp_check();

}  // namespace hermit::cling_shell
