// Refuses with an error that says what to do instead.
#include "refusals.hpp"

#include <lua.hpp>

namespace hermit::lua_shell {
namespace {

int refuse_exit(lua_State* L) {
  return luaL_error(L, "os.exit would end the kernel: shut it down or restart it from the notebook instead");
}

int refuse_debug(lua_State* L) {
  return luaL_error(L, "debug.debug needs a terminal: look at values in cells of their own instead");
}

}  // namespace

void install_refusals(lua_State* L) {
  lua_getglobal(L, LUA_OSLIBNAME);
  lua_pushcfunction(L, refuse_exit);
  lua_setfield(L, -2, "exit");
  lua_getglobal(L, LUA_DBLIBNAME);
  lua_pushcfunction(L, refuse_debug);
  lua_setfield(L, -2, "debug");
  lua_pop(L, 2);
}

}  // namespace hermit::lua_shell
