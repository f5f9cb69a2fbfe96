// Their frames are left out of tracebacks like those of the prelude, so errors lead to the user's own code.
#include "shipped.hpp"

#include <lua.hpp>

#include "comm.hpp"
#include "prelude.hpp"
#include "session.hpp"
#include "shipped_sources.hpp"

namespace hermit::lua_shell {
namespace {

const ShippedModule* find(std::string_view name) {
  for (const ShippedModule& module : shipped_modules) {
    if (module.name == name) return &module;
  }
  return nullptr;
}

// The loader that require calls; the module is its upvalue. The code is given the functions for comms.
int load(lua_State* L) {
  const auto& module = *static_cast<const ShippedModule*>(lua_touserdata(L, lua_upvalueindex(1)));
  if (luaL_loadbufferx(L, module.code.data(), module.code.size(), prelude_source, "t") != LUA_OK)
    return lua_error(L);
  push_comm_functions(L);
  lua_call(L, 1, 1);
  return 1;
}

// The __index of the module hermit; Lua's require is its upvalue.
int index(lua_State* L) {
  size_t size = 0;
  const char* name = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &size) : "";
  if (find({name, size}) == nullptr) return 0;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushfstring(L, "hermit.%s", name);
  lua_call(L, 1, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 1);
  return 1;
}

}  // namespace

void install_shipped(lua_State* L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const ShippedModule& module : shipped_modules) {
    lua_pushfstring(L, "hermit.%s", module.name.data());
    lua_pushlightuserdata(L, const_cast<ShippedModule*>(&module));
    lua_pushcclosure(L, load, 1);
    lua_rawset(L, -3);
  }
  lua_pop(L, 1);
  lua_createtable(L, 0, 1);
  lua_getglobal(L, "require");
  lua_pushcclosure(L, index, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
}

}  // namespace hermit::lua_shell
