// C++ objects in the care of Lua, for functions that may raise while they use one.
#pragma once

#include <lua.hpp>
#include <new>

namespace hermit::lua_shell {

// Pushes a new `Object`, which lives until the collector finds that nobody refers to it.
template <typename Object>
Object& push_kept(lua_State* L) {
  void* block = lua_newuserdatauv(L, sizeof(Object), 0);
  auto* object = new (block) Object;
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, [](lua_State* inner) -> int {
    static_cast<Object*>(lua_touserdata(inner, 1))->~Object();
    return 0;
  });
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  return *object;
}

}  // namespace hermit::lua_shell
