// Functions of Lua's libraries that would hurt a notebook, and what they answer instead.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Replaces os.exit and debug.debug. Runs protected.
void install_refusals(lua_State* L);

}  // namespace hermit::lua_shell
