// Entering and leaving coroutines.
#include "coroutines.hpp"

#include <lua.hpp>
#include <string_view>

#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the key in the registry of the last error value. While there is none it holds false,
// so that storing a value never has to allocate and thus never raises.
const char error_key = 0;

// Notes that `coroutine` executes from now on. What is wanted of the running code is wanted of it too.
void enter(Session& session, lua_State* coroutine) {
  Lane& lane = session.lock.holder();
  session.gate.enter(lane, coroutine);
  if (lane.interrupted || session.lock.is_wanted()) session.gate.arm(lane, 1);
}

int close_thread(lua_State* coroutine, [[maybe_unused]] lua_State* from) {
#if LUA_VERSION_RELEASE_NUM >= 50406
  return lua_closethread(coroutine, from);
#else
  return lua_resetthread(coroutine);
#endif
}

// Whether the coroutine has called another one, which has not come back.
bool is_active(lua_State* coroutine) {
  lua_Debug record;
  return lua_status(coroutine) == LUA_OK && lua_getstack(coroutine, 0, &record) != 0;
}

// An error in a coroutine must not hide an interrupt.
void pass_interrupt_on(lua_State* L, const Lane& lane) {
  if (lane.interrupted && lane.raised > 0) raise_interrupt(L);
}

// Keeps the error at the top of the stack of `coroutine`, with its frames. When the same error has come
// up through an inner coroutine, that one's frames tell more.
void keep_error(Lane& lane, lua_State* coroutine) {
  lua_Debug record;
  if (lua_checkstack(coroutine, 2) == 0 || is_coroutine_error(coroutine)) return;
  if (lua_getstack(coroutine, 0, &record) == 0) return;  // It was dead before.
  take_frames(coroutine, 0, lane.coroutine_frames);
  lua_pushvalue(coroutine, -1);
  lua_rawsetp(coroutine, LUA_REGISTRYINDEX, &error_key);
}

// Resumes `coroutine` with the topmost `arguments` values of `L`. Returns the number of results it has
// pushed to `L`, or -1 with one error value pushed.
int resume_with(lua_State* L, lua_State* coroutine, int arguments) {
  if (lua_checkstack(coroutine, arguments) == 0) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  Session& session = session_of(L);
  lua_xmove(L, coroutine, arguments);
  int results = 0;
  enter(session, coroutine);
  const int status = lua_resume(coroutine, L, arguments, &results);
  enter(session, L);
  if (status == LUA_OK || status == LUA_YIELD) {
    if (lua_checkstack(L, results + 1) == 0) {
      lua_pop(coroutine, results);
      lua_pushliteral(L, "too many results to resume");
      return -1;
    }
    lua_xmove(coroutine, L, results);
    return results;
  }
  Lane& lane = session.lock.holder();
  pass_interrupt_on(L, lane);
  keep_error(lane, coroutine);
  lua_xmove(coroutine, L, 1);
  return -1;
}

lua_State* coroutine_argument(lua_State* L) {
  lua_State* coroutine = lua_tothread(L, 1);
  luaL_argexpected(L, coroutine != nullptr, 1, "coroutine");
  return coroutine;
}

// coroutine.resume(co, ...)
int resume(lua_State* L) {
  lua_State* coroutine = coroutine_argument(L);
  const int results = resume_with(L, coroutine, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  lua_insert(L, results >= 0 ? -(results + 1) : -2);
  return results >= 0 ? results + 1 : 2;
}

// The function that coroutine.wrap returns; the coroutine is its upvalue.
int wrapped(lua_State* L) {
  lua_State* coroutine = lua_tothread(L, lua_upvalueindex(1));
  const int results = resume_with(L, coroutine, lua_gettop(L));
  if (results >= 0) return results;
  Session& session = session_of(L);
  const int status = lua_status(coroutine);
  const bool is_kept = is_coroutine_error(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushvalue(L, -1);
    lua_xmove(L, coroutine, 1);
    enter(session, coroutine);
    close_thread(coroutine, L);
    enter(session, L);
    pass_interrupt_on(L, session.lock.holder());
    // An error while closing takes the place of the first one.
    lua_xmove(coroutine, L, 1);
    lua_remove(L, -2);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  if (is_kept) {
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
  }
  return lua_error(L);
}

// coroutine.wrap(f)
int wrap(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State* coroutine = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, coroutine, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

// coroutine.close(co)
int close(lua_State* L) {
  lua_State* coroutine = coroutine_argument(L);
  if (coroutine == L) return luaL_error(L, "cannot close a running coroutine");
  if (is_active(coroutine)) return luaL_error(L, "cannot close a normal coroutine");
  Session& session = session_of(L);
  enter(session, coroutine);
  const int status = close_thread(coroutine, L);
  enter(session, L);
  pass_interrupt_on(L, session.lock.holder());
  lua_pushboolean(L, status == LUA_OK);
  if (status == LUA_OK) return 1;
  lua_xmove(coroutine, L, 1);
  return 2;
}

}  // namespace

void install_coroutines(lua_State* L) {
  forget_coroutine_error(L);
  lua_getglobal(L, LUA_COLIBNAME);
  const luaL_Reg functions[] = {{"resume", resume}, {"wrap", wrap}, {"close", close}, {nullptr, nullptr}};
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}

void forget_coroutine_error(lua_State* L) {
  lua_pushboolean(L, 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
}

bool is_coroutine_error(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &error_key);
  bool same = lua_rawequal(L, -1, -2) != 0 && lua_type(L, -1) != LUA_TBOOLEAN;
  if (lua_type(L, -1) == LUA_TSTRING && lua_type(L, -2) == LUA_TSTRING) {
    size_t kept_size = 0;
    size_t size = 0;
    const char* kept = lua_tolstring(L, -1, &kept_size);
    const char* text = lua_tolstring(L, -2, &size);
    same = kept_size > 0 && std::string_view(text, size).ends_with(std::string_view(kept, kept_size));
  }
  lua_pop(L, 1);
  return same;
}

}  // namespace hermit::lua_shell
