// The module `hermit`: rich output, input and sleeping, for Lua code.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Sets the global `hermit` and package.loaded.hermit. Runs protected.
void install_library(lua_State* L);

}  // namespace hermit::lua_shell
