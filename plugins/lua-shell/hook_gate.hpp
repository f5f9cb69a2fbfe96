// Sets Lua's debug hook on a coroutine that another thread is executing.
//
// lua_sethook walks the frames of its coroutine and sets the `trap` field in those that run Lua code.
// That is done for it to be callable from a signal handler, where the interpreter stands still. Called
// from another thread it meets three hazards, which this class closes: the coroutine may have been left
// and collected, a frame may be freed during the walk, and a frame may turn from a Lua function's into
// one of a yieldable pcall, whose saved message handler lies where `trap` was. Code on the executing
// thread that is about to do one of these first calls settle(), which costs one locked instruction.
//
// A fourth stays open: a hook that is set while the interpreter finds that there is none, after another was
// taken off, or while it enters a function, is not noticed in that frame. So who sets one sets it again after
// a while, until it has been called (StateLock::wait, Interrupts::remind).
#pragma once

#include <atomic>
#include <mutex>

#include "lane.hpp"

struct lua_State;
struct lua_Debug;

namespace hermit::lua_shell {

class HookGate {
 public:
  // Has `hook` called on the lane's coroutine after `count` instructions, and again after each `count`.
  // Does nothing when no user code runs there.
  // [any-thread]
  void arm(Lane& lane, int count);

  // Waits until no other thread is inside arm(). Returns after nanoseconds, unless that thread has just
  // been descheduled.
  // [the thread that executes Lua code]
  void settle() {
    // A read-modify-write on both sides orders what this thread did before with what arm() reads after.
    while (walking_.fetch_add(0, std::memory_order_acq_rel) != 0) pause();
  }

  // Notes that `coroutine` executes on the lane from now on. The one before may be collected then.
  // [the thread that executes Lua code]
  void enter(Lane& lane, lua_State* coroutine) {
    lane.running.store(coroutine, std::memory_order_relaxed);
    settle();
  }

 private:
  static void pause();

  std::mutex mutex_;
  std::atomic<int> walking_{0};
};

// The hook that the gate sets; defined in hook.cpp.
void on_hook(lua_State* L, lua_Debug* record);

}  // namespace hermit::lua_shell
