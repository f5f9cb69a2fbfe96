// The registry holds, under the address of `hooks_key`, a weak table from coroutine to the arguments the
// user gave to debug.sethook for it: {function, mask, count}.
#include "debug_hooks.hpp"

#include <lua.hpp>

#include "session.hpp"

namespace hermit::lua_shell {
namespace {

const char hooks_key = 0;
const char original_key = 0;

// Whether debug.sethook was ever used: most sessions never look into the table.
const char used_key = 0;

bool is_used(lua_State* L) {
  const bool used = lua_rawgetp(L, LUA_REGISTRYINDEX, &used_key) == LUA_TBOOLEAN && lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return used;
}

// debug.sethook([thread,] hook, mask [, count])
int sethook(lua_State* L) {
  const int first = lua_isthread(L, 1) ? 2 : 1;
  lua_settop(L, first + 2);
  if (first == 2) {
    lua_pushvalue(L, 1);
  } else {
    lua_pushthread(L);
  }
  const int thread = lua_gettop(L);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &original_key);
  for (int index = 1; index <= first + 2; ++index) lua_pushvalue(L, index);
  lua_call(L, first + 2, 0);

  lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key);
  lua_pushvalue(L, thread);
  if (lua_isnoneornil(L, first)) {
    lua_pushnil(L);
  } else {
    lua_createtable(L, 3, 0);
    for (int item = 0; item < 3; ++item) {
      lua_pushvalue(L, first + item);
      lua_rawseti(L, -2, item + 1);
    }
    lua_pushboolean(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &used_key);
  }
  lua_rawset(L, -3);

  // This may have displaced a hook that somebody is waiting for.
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  if (lane.interrupted || session.lock.is_wanted()) session.gate.arm(lane, 1);
  return 0;
}

// debug.gethook([thread])
int gethook(lua_State* L) {
  lua_settop(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key);
  if (lua_isthread(L, 1)) {
    lua_pushvalue(L, 1);
  } else {
    lua_pushthread(L);
  }
  if (lua_rawget(L, -2) != LUA_TTABLE) {
    luaL_pushfail(L);
    return 1;
  }
  for (int item = 1; item <= 3; ++item) lua_rawgeti(L, 3, item);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushinteger(L, 0);
  }
  return 3;
}

// Sets the user's hook of the running coroutine anew, from what is on the table at the top.
int set_again(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &original_key);
  for (int item = 1; item <= 3; ++item) lua_rawgeti(L, 1, item);
  lua_call(L, 3, 0);
  return 0;
}

}  // namespace

void install_debug_hooks(lua_State* L) {
  lua_getglobal(L, LUA_DBLIBNAME);
  lua_getfield(L, -1, "sethook");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &original_key);
  lua_pushcfunction(L, sethook);
  lua_setfield(L, -2, "sethook");
  lua_pushcfunction(L, gethook);
  lua_setfield(L, -2, "gethook");
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &hooks_key);
  lua_pop(L, 1);
}

void forget_user_hook(lua_State* L) {
  lua_sethook(L, nullptr, 0, 0);
  if (!is_used(L)) return;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key);
  lua_pushthread(L);
  lua_pushnil(L);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

void restore_user_hook(lua_State* L) {
  lua_sethook(L, nullptr, 0, 0);
  if (!is_used(L)) return;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key);
  lua_pushthread(L);
  if (lua_rawget(L, -2) == LUA_TTABLE) {
    lua_pushcfunction(L, set_again);
    lua_insert(L, -2);
    lua_pcall(L, 1, 0, 0);
  }
}

}  // namespace hermit::lua_shell
