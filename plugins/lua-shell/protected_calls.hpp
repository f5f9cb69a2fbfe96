// pcall and xpcall of this shell. They do what Lua's do, and let no interrupt be swallowed.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Replaces the globals pcall and xpcall. Runs protected.
void install_protected_calls(lua_State* L);

}  // namespace hermit::lua_shell
