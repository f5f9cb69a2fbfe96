// The side of the gate that is not inline.
#include "hook_gate.hpp"

#include <sched.h>

#include <lua.hpp>

namespace hermit::lua_shell {

void HookGate::arm(Lane& lane, int count) {
  const std::lock_guard<std::mutex> guard(mutex_);
  walking_.fetch_add(1, std::memory_order_acq_rel);
  lua_State* coroutine = lane.running.load(std::memory_order_relaxed);
  if (coroutine != nullptr) lua_sethook(coroutine, on_hook, LUA_MASKCOUNT, count);
  walking_.fetch_sub(1, std::memory_order_acq_rel);
}

void HookGate::pause() { sched_yield(); }

}  // namespace hermit::lua_shell
