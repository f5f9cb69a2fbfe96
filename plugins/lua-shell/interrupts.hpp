// Interrupts: ending the cell of a request, whatever it is doing, and no other one.
//
// An interrupt is an error that user code cannot keep: the hook raises it in whatever coroutine executes. The
// first pcall or xpcall that catches it leaves the whole coroutine (leave_coroutine); where that cannot be,
// below a function written in C, it raises the error again. Who has resumed the coroutine raises it in its
// own (see protected_calls.cpp, coroutines.cpp). To-be-closed variables are closed on the way; their code
// gets some instructions before it is interrupted as well. A cell that waits for the host or for the state is
// woken.
#pragma once

#include <chrono>
#include <condition_variable>

#include "hermit/host.hpp"
#include "hermit/requests.hpp"
#include "hook_gate.hpp"
#include "lane.hpp"
#include "state_lock.hpp"

namespace hermit::lua_shell {

class Interrupts {
 public:
  // All outlive this.
  Interrupts(const sdk::Host& host, HookGate& gate, StateLock& lock)
      : host_(host), gate_(gate), lock_(lock) {}

  // A cell or question begins on the lane, and ends. [the lane's thread]
  void begin(Lane& lane, hermit_request request);
  void end(Lane& lane);

  // Asks what runs for `request` to end. When it has not begun, it will at its first instruction; when it
  // has ended, nothing happens. Returns when the interrupt has been raised, or the request has ended, or
  // after some 30 ms: code inside a C function notices when it comes back from it. [any-thread but the lane's
  // own]
  void ask(hermit_request request);

  // The same for the cell that has the state, which looks for it itself. [the holder]
  void ask_own();

  // Notes that the lane's interrupt has been raised. [the lane's thread]
  void note_raised(Lane& lane);

  // Sleeps, and returns at once when the lane's cell is asked to end. [the lane's thread, not the holder]
  void sleep(Lane& lane, std::chrono::microseconds time);

  // Has the host resume the lane's cell after the pause, or at once when it is asked to end. Returns false
  // when the host will not. [the lane's thread, not the holder]
  bool suspend(Lane& lane, std::chrono::microseconds pause);

 private:
  void remind(hermit_request request);

  const sdk::Host& host_;
  HookGate& gate_;
  StateLock& lock_;
  sdk::OpenRequests<Lane> requests_;
  std::condition_variable asked_;
  std::condition_variable noticed_;
};

// Raises the interrupt of the cell that runs on the state; the state has to be held. Where it is raised
// first is kept in Lane::interrupt_frames.
[[noreturn]] void raise_interrupt(lua_State* L);

// Ends the coroutine that runs on the state for good, however deep it is in calls of pcall: raising the
// interrupt again in each would take time that grows with the square of their number, since each walks the
// whole stack. Who has resumed it gets LUA_YIELD, with Lane::is_left set, and calls close_left().
// Raises the interrupt where the coroutine cannot be left. To be returned from a function of Lua's.
int leave_coroutine(lua_State* L);

// Closes what is to be closed on a coroutine that was left; the code of that is told the interrupt as its
// error. `from` is the coroutine that runs, or null. The coroutine is still the lane's running one.
void close_left(lua_State* coroutine, lua_State* from);

// Makes the value that is raised. Called once for a state, protected.
void make_interrupt_value(lua_State* L);

// Pushes that value, for comparing. Does not raise.
void push_interrupt_value(lua_State* L);

// Raises the interrupt when the cell that runs has been asked to end.
void check_interrupt(lua_State* L);

}  // namespace hermit::lua_shell
