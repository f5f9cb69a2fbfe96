// Interrupts: ending the cell of a request, whatever it is doing, and no other one.
//
// Each loop of a cell's code looks at a flag, and throws when it is set: destructors run. A signal wakes what
// waits in a system call. What takes no notice for half a second, such as a loop of a library's, is left with
// a jump: its destructors do not run.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <thread>

#include "hermit/requests.hpp"
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

  sdk::OpenRequests<Lane> requests_;

  // Asked to end, and when patience with them ends. The watch leaves no other trace than to end them by
  // force.
  struct Due {
    hermit_request request;
    std::chrono::steady_clock::time_point time;
  };
  std::deque<Due> due_;  // guarded by the lock of requests_
  std::condition_variable changed_;
  bool ended_ = false;  // guarded by the same
  std::thread watch_;   // begun with the first interrupt
};

// The flag that the code of cells looks at. It is set while any cell is asked to end.
extern std::atomic<int> interrupt_flag;

// What the code of cells calls when the flag is set: throws when it is this thread's cell that is meant.
extern "C" void hermit_cpp_check();

}  // namespace hermit::cling_shell
