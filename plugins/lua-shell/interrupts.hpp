// Interrupts: ending the cell that runs, and no other one.
//
// An interrupt is an error that user code cannot keep: the hook raises it in whatever coroutine executes,
// and pcall, xpcall, coroutine.resume and coroutine.wrap of this shell raise it again as soon as they
// catch it (see protected_calls.cpp, coroutines.cpp). To-be-closed variables are closed on the way; their
// code gets some instructions before it is interrupted as well.
#pragma once

#include <array>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "hook_gate.hpp"
#include "lane.hpp"

namespace hermit::lua_shell {

class Interrupts {
 public:
  // `gate` has to outlive this.
  explicit Interrupts(HookGate& gate) : gate_(gate) {}

  // A cell begins on the lane, and ends. [the lane's thread]
  void begin(Lane& lane, hermit_request request);
  void end(Lane& lane);

  // Asks the cell of `request` to end. When it has not begun, it will at its first instruction; when it
  // has ended, nothing happens.
  // [control-thread]
  void ask(hermit_request request);

  // Sleeps, and returns true at once when the lane's cell is asked to end. [the lane's thread]
  bool sleep(Lane& lane, double seconds);

 private:
  HookGate& gate_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::vector<Lane*> lanes_;  // those that run a cell

  // Requests that were to be interrupted before they began. Requests are never numbered twice, so what
  // stays here by mistake harms nobody; few are ever on their way at once.
  std::array<hermit_request, 16> early_{};
  size_t next_early_ = 0;
};

// Raises the interrupt of the cell that runs on the state; the state has to be held. Where it is raised
// first is kept in Lane::interrupt_frames.
[[noreturn]] void raise_interrupt(lua_State* L);

// Makes the value that is raised. Called once for a state, protected.
void make_interrupt_value(lua_State* L);

// Pushes that value, for comparing. Does not raise.
void push_interrupt_value(lua_State* L);

// Raises the interrupt when the cell that runs has been asked to end.
void check_interrupt(lua_State* L);

}  // namespace hermit::lua_shell
