// Entering and leaving coroutines.
#include "coroutines.hpp"

#include <lua.hpp>
#include <string_view>

#include "lanes.hpp"
#include "session.hpp"
#include "suspension.hpp"

namespace hermit::lua_shell {
namespace {

// What resume_with returns instead of a number of results.
constexpr int failed = -1;
constexpr int is_suspended = -2;

// Notes that `coroutine` executes from now on. What is wanted of the running code is wanted of it too.
void enter(Session& session, lua_State* coroutine) {
  Lane& lane = session.lock.holder();
  session.gate.enter(lane, coroutine);
  if (lane.interrupted || session.lock.is_wanted()) session.gate.arm(lane, 1);
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
  lua_rawsetp(coroutine, LUA_REGISTRYINDEX, coroutine_error_key(lane));
}

// Lets `coroutine` run until it yields to the user, ends or fails; the status is lua_resume's. With
// is_suspended for a status the cell is to be suspended and L is to yield; without, the OS thread has waited.
int run(lua_State* L, lua_State* coroutine, int arguments, int& results) {
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  const bool may_yield = lane.running == L;
  for (;;) {
    set_role(coroutine, Role::free);
    enter(session, coroutine);
    const int status = lua_resume(coroutine, L, arguments, &results);
    if (lane.is_left) {
      close_left(coroutine, L);
      enter(session, L);
      raise_interrupt(L);
    }
    enter(session, L);
    if (status != LUA_YIELD || !lane.pause) return status;
    set_role(coroutine, Role::carried);
    if (may_yield && lua_isyieldable(L) != 0) return is_suspended;
    // Something written in C stands between here and the cell.
    const std::chrono::microseconds time = *lane.pause;
    lane.pause.reset();
    wait_here(L, time);
    arguments = 0;
  }
}

// Runs `coroutine` on. Returns the number of results it has pushed to `L`; or `failed`, with one error value
// pushed; or `is_suspended`: the caller is to yield, and to call this again when it goes on.
int go_on(lua_State* L, lua_State* coroutine, int arguments) {
  int results = 0;
  const int status = run(L, coroutine, arguments, results);
  if (status == is_suspended) return is_suspended;
  if (status == LUA_OK || status == LUA_YIELD) {
    if (lua_checkstack(L, results + 1) == 0) {
      lua_pop(coroutine, results);
      lua_pushliteral(L, "too many results to resume");
      return failed;
    }
    lua_xmove(coroutine, L, results);
    return results;
  }
  Lane& lane = session_of(L).lock.holder();
  pass_interrupt_on(L, lane);
  keep_error(lane, coroutine);
  lua_xmove(coroutine, L, 1);
  return failed;
}

// The same, beginning with the topmost `arguments` values of `L`.
int resume_with(lua_State* L, lua_State* coroutine, int arguments) {
  if (role_of(coroutine) != Role::free) {
    lua_pushliteral(L, "cannot resume non-suspended coroutine");
    return failed;
  }
  if (lua_checkstack(coroutine, arguments) == 0) {
    lua_pushliteral(L, "too many arguments to resume");
    return failed;
  }
  lua_xmove(L, coroutine, arguments);
  return go_on(L, coroutine, arguments);
}

lua_State* coroutine_argument(lua_State* L) {
  lua_State* coroutine = lua_tothread(L, 1);
  luaL_argexpected(L, coroutine != nullptr, 1, "coroutine");
  return coroutine;
}

int after_resume(lua_State* L, int, lua_KContext);

// What coroutine.resume returns, when there is something to return.
int finish_resume(lua_State* L, int results) {
  if (results == is_suspended) return lua_yieldk(L, 0, 0, after_resume);
  lua_pushboolean(L, results >= 0);
  lua_insert(L, results >= 0 ? -(results + 1) : -2);
  return results >= 0 ? results + 1 : 2;
}

int after_resume(lua_State* L, int, lua_KContext) {
  return finish_resume(L, go_on(L, lua_tothread(L, 1), 0));
}

// coroutine.resume(co, ...)
int resume(lua_State* L) {
  lua_State* coroutine = coroutine_argument(L);
  return finish_resume(L, resume_with(L, coroutine, lua_gettop(L) - 1));
}

int after_wrapped(lua_State* L, int, lua_KContext);

// What a function of coroutine.wrap returns, or raises.
int finish_wrapped(lua_State* L, int results) {
  if (results == is_suspended) return lua_yieldk(L, 0, 0, after_wrapped);
  if (results >= 0) return results;
  lua_State* coroutine = lua_tothread(L, lua_upvalueindex(1));
  Session& session = session_of(L);
  const int status = lua_status(coroutine);
  const bool is_kept = is_coroutine_error(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushvalue(L, -1);
    lua_xmove(L, coroutine, 1);
    enter(session, coroutine);
    reset_thread(coroutine, L);
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
    lua_rawsetp(L, LUA_REGISTRYINDEX, coroutine_error_key(session.lock.holder()));
  }
  return lua_error(L);
}

int after_wrapped(lua_State* L, int, lua_KContext) {
  return finish_wrapped(L, go_on(L, lua_tothread(L, lua_upvalueindex(1)), 0));
}

// The function that coroutine.wrap returns; the coroutine is its upvalue.
int wrapped(lua_State* L) {
  lua_State* coroutine = lua_tothread(L, lua_upvalueindex(1));
  return finish_wrapped(L, resume_with(L, coroutine, lua_gettop(L)));
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
  if (is_active(coroutine) || role_of(coroutine) != Role::free)
    return luaL_error(L, "cannot close a normal coroutine");
  Session& session = session_of(L);
  enter(session, coroutine);
  const int status = reset_thread(coroutine, L);
  enter(session, L);
  pass_interrupt_on(L, session.lock.holder());
  lua_pushboolean(L, status == LUA_OK);
  if (status == LUA_OK) return 1;
  lua_xmove(coroutine, L, 1);
  return 2;
}

// The following hide that a cell runs on a coroutine: it looks to the user as if it ran on the main thread.

// coroutine.yield(...)
int yield(lua_State* L) {
  if (role_of(L) == Role::cell) {
    lua_pushliteral(L, "attempt to yield from outside a coroutine");
    return lua_error(L);
  }
  return lua_yield(L, lua_gettop(L));
}

// coroutine.isyieldable([co])
int isyieldable(lua_State* L) {
  lua_State* coroutine = lua_isnone(L, 1) ? L : coroutine_argument(L);
  lua_pushboolean(L, role_of(coroutine) != Role::cell && lua_isyieldable(coroutine) != 0);
  return 1;
}

// coroutine.running()
int running(lua_State* L) {
  const bool is_main = lua_pushthread(L) != 0 || role_of(L) == Role::cell;
  lua_pushboolean(L, is_main);
  return 2;
}

// coroutine.status(co)
int status_of(lua_State* L) {
  lua_State* coroutine = coroutine_argument(L);
  const int status = lua_status(coroutine);
  if (coroutine == L) {
    lua_pushliteral(L, "running");
  } else if (role_of(coroutine) == Role::carried || is_active(coroutine)) {
    lua_pushliteral(L, "normal");
  } else if (status == LUA_YIELD) {
    role_of(coroutine) == Role::cell ? lua_pushliteral(L, "normal") : lua_pushliteral(L, "suspended");
  } else {
    const bool has_function = status == LUA_OK && lua_gettop(coroutine) > 0;
    has_function ? lua_pushliteral(L, "suspended") : lua_pushliteral(L, "dead");
  }
  return 1;
}

}  // namespace

void install_coroutines(lua_State* L) {
  lua_getglobal(L, LUA_COLIBNAME);
  const luaL_Reg functions[] = {{"resume", resume},    {"wrap", wrap},       {"close", close},
                                {"yield", yield},      {"running", running}, {"isyieldable", isyieldable},
                                {"status", status_of}, {nullptr, nullptr}};
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}

bool is_coroutine_error(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, coroutine_error_key(session_of(L).lock.holder()));
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
