// Yields where it can, waits where it cannot.
#include "suspension.hpp"

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// In seconds. Longer than any session, and far from where the clock's numbers would overflow.
constexpr double longest = 3.0e8;

std::chrono::microseconds length(double seconds) {
  return std::chrono::microseconds(static_cast<long long>(std::ceil(std::min(seconds, longest) * 1e6)));
}

int after_pause(lua_State* L, int, lua_KContext) {
  check_interrupt(L);
  return 0;
}

}  // namespace

int pause(lua_State* L, double seconds) {
  check_interrupt(L);
  Lane& lane = session_of(L).lock.holder();
  // A coroutine that did not get here through this shell's resume was entered by a module written in C,
  // which would take the yield for one of the user's.
  if (lane.may_suspend && lane.running == L && lua_isyieldable(L) != 0) {
    lane.pause = length(seconds);
    return lua_yieldk(L, 0, 0, after_pause);
  }
  wait_here(L, length(seconds));
  return after_pause(L, LUA_OK, 0);
}

void wait_here(lua_State* L, std::chrono::microseconds time) {
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  const Released released(session.lock);
  session.interrupts.sleep(lane, time);
}

}  // namespace hermit::lua_shell
