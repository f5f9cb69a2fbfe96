// A handler of xpcall runs below the function that failed, and user code counts levels from there
// (debug.traceback(message, 2)). A tail call keeps the count right.
#include "prelude.hpp"

#include <cstring>
#include <lua.hpp>

namespace hermit::lua_shell {

const char prelude_source[] = "=[hermit]";

namespace {

const char wrapper_code[] = R"lua(
  local is_interrupt = ...
  return function(handler)
    return function(message)
      if is_interrupt(message) then return message end
      return handler(message)
    end
  end
)lua";

}  // namespace

void push_handler_wrapper(lua_State* L, int is_interrupt) {
  if (luaL_loadbufferx(L, wrapper_code, std::strlen(wrapper_code), prelude_source, "t") != LUA_OK)
    lua_error(L);
  lua_pushvalue(L, is_interrupt);
  lua_call(L, 1, 1);
}

}  // namespace hermit::lua_shell
