// Lua modules: where they are looked for, and how those written in C find the Lua library.
#pragma once

#include "hermit/host.hpp"

struct lua_State;

namespace hermit::lua_shell {

// Makes the Lua library's functions visible to C modules. A host loads shells with RTLD_LOCAL, which hides
// the libraries they need as well, while Debian's modules expect whoever loads them to have lua_* symbols.
void share_lua_library(const sdk::Host& host);

// Puts LuaShell.path and LuaShell.cpath before package.path and package.cpath, and the user's LuaRocks
// tree behind them. Runs protected.
void install_module_paths(lua_State* L);

}  // namespace hermit::lua_shell
