// The modules that are written in Lua and built into the library: the files in lua/.
#pragma once

#include <string_view>

struct lua_State;

namespace hermit::lua_shell {

struct ShippedModule {
  std::string_view name;  // as in hermit.NAME
  std::string_view code;
};

// Lets require find the modules, and adds them as fields to the table at the top of the stack, which are
// there once they are used.
void install_shipped(lua_State* L);

}  // namespace hermit::lua_shell
