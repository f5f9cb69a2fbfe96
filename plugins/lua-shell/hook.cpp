// The one debug hook of this shell: it hands the state over to those who wait, and raises interrupts.
// It is set only while one of the two is wanted, and takes itself off otherwise.
#include <lua.hpp>

#include "debug_hooks.hpp"
#include "hook_gate.hpp"
#include "session.hpp"

namespace hermit::lua_shell {

void on_hook(lua_State* L, lua_Debug*) {
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  if (!lane.interrupted && session.lock.is_wanted()) session.lock.hand_over();
  if (lane.interrupted) raise_interrupt(L);
  restore_user_hook(L);
  // Who has come since has set a hook that may just have been taken off.
  if (lane.interrupted || session.lock.is_wanted()) lua_sethook(L, on_hook, LUA_MASKCOUNT, 1);
}

}  // namespace hermit::lua_shell
