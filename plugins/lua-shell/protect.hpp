// The border between C++ and Lua.
//
// Lua reports errors with longjmp, which does not run destructors, and C++ exceptions must not pass
// through Lua's C frames. Hence the two rules that the whole shell follows:
//
//  1. Code that calls a Lua function that can raise (allocation included: lua_pushstring, lua_getfield,
//     luaL_tolstring …) runs inside a protected call, and has no local object with a destructor alive
//     across that call. What it fills, such as a std::string, is owned by the caller of protect().
//  2. A function that Lua calls and that may throw is wrapped in guarded<>, or runs under protect().
//
// Functions that cannot raise may be called anywhere: lua_type, lua_gettop, lua_settop, lua_rawget,
// lua_rawgeti, lua_tolstring on strings, lua_next during an unchanged traversal, lua_pushvalue and other
// pushes that allocate nothing, lua_pcall, lua_load, lua_getstack, lua_getinfo.
#pragma once

#include <cstring>
#include <exception>
#include <lua.hpp>
#include <new>
#include <string>

namespace hermit::lua_shell {

// What of an exception is carried over to a Lua error. Without destructor, as rule 1 demands.
struct Caught {
  char why[160];

  void set(const char* text) {
    std::strncpy(why, text, sizeof why - 1);
    why[sizeof why - 1] = '\0';
  }
};

// Calls `function`, a lua_CFunction that may throw, and turns exceptions into Lua errors.
template <lua_CFunction function>
int guarded(lua_State* L) {
  Caught caught;
  try {
    return function(L);
  } catch (const std::bad_alloc&) {
    caught.set("not enough memory");
  } catch (const std::exception& exception) {
    caught.set(exception.what());
  }
  return luaL_error(L, "%s", caught.why);
}

template <typename Body>
int call_body(lua_State* L) {
  Body& body = *static_cast<Body*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  body(L);
  return 0;
}

// Calls body(L) in a protected call, with the topmost `arguments` values of the stack as its stack, which
// are removed. Returns the status of lua_pcall; unless that is LUA_OK, the error value is on the stack.
// `handler` is the stack index of a message handler, or 0.
template <typename Body>
int protect(lua_State* L, int arguments, Body&& body, int handler = 0) {
  using Plain = std::remove_reference_t<Body>;
  if (lua_checkstack(L, LUA_MINSTACK) == 0) {
    lua_pop(L, arguments);
    lua_pushnil(L);
    return LUA_ERRMEM;
  }
  const int first = lua_gettop(L) - arguments + 1;
  lua_pushcfunction(L, guarded<call_body<Plain>>);
  lua_insert(L, first);
  lua_pushlightuserdata(L, &body);
  return lua_pcall(L, arguments + 1, 0, handler);
}

// The message of the error that protect() has left on the stack.
inline std::string message_of(lua_State* L) {
  const char* message = lua_tostring(L, -1);
  return message == nullptr ? "?" : message;
}

}  // namespace hermit::lua_shell
