// pcall and xpcall, written with continuations as Lua's own, so that code inside can yield.
#include "protected_calls.hpp"

#include <lua.hpp>

#include "prelude.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// What comes after the call: `skipped` values at the bottom of the stack are not results.
int finish(lua_State* L, int status, lua_KContext skipped) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - static_cast<int>(skipped);
  const Lane& lane = session_of(L).lock.holder();
  if (lane.interrupted && lane.raised > 0) return leave_coroutine(L);
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

// pcall(f, ...)
int protected_call(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  session_of(L).gate.settle();
  return finish(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish), 0);
}

// xpcall(f, handler, ...); the wrapper of handlers is the first upvalue.
int protected_call_with_handler(lua_State* L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  if (lua_iscfunction(L, 2) == 0) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 2);
    lua_call(L, 1, 1);
    lua_replace(L, 2);
  }
  const int arguments = lua_gettop(L) - 2;
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  session_of(L).gate.settle();
  return finish(L, lua_pcallk(L, arguments, LUA_MULTRET, 2, 2, finish), 2);
}

int is_interrupt(lua_State* L) {
  lua_settop(L, 1);
  push_interrupt_value(L);
  lua_pushboolean(L, lua_rawequal(L, 1, 2));
  return 1;
}

}  // namespace

void install_protected_calls(lua_State* L) {
  lua_pushcfunction(L, protected_call);
  lua_setglobal(L, "pcall");
  lua_pushcfunction(L, is_interrupt);
  push_handler_wrapper(L, lua_gettop(L));
  lua_pushcclosure(L, protected_call_with_handler, 1);
  lua_setglobal(L, "xpcall");
  lua_pop(L, 1);
}

}  // namespace hermit::lua_shell
