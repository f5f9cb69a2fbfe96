// debug.sethook and debug.gethook beside the shell's own hook: Lua has one hook per coroutine, and the
// shell borrows it at times. What the user has set is noted and put back.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Replaces the functions in `debug`. Runs protected.
void install_debug_hooks(lua_State* L);

// Takes the shell's hook off the running coroutine and puts the user's on again, if there is one.
// To be called from inside the shell's hook.
void restore_user_hook(lua_State* L);

// Takes every hook off a coroutine that has ended. Does not raise.
void forget_user_hook(lua_State* L);

}  // namespace hermit::lua_shell
