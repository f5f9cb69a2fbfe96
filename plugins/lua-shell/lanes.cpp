// The store of Lua threads. A thread is anchored in the registry under its own address.
#include "lanes.hpp"

#include <lua.hpp>

#include "debug_hooks.hpp"
#include "errors.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

const void* error_key(const lua_State* thread) {
  // No other key lies inside a Lua thread.
  return static_cast<const char*>(static_cast<const void*>(thread)) + 1;
}

void unanchor(lua_State* L, const lua_State* thread) {
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, thread);
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, error_key(thread));
}

// Makes a thread, on the main one: that one runs no cell. The collector rests, since a finalizer that
// prints would let another lane come here before this one is done.
lua_State* make_thread(Session& session) {
  lua_State* L = session.main;
  lua_State* thread = nullptr;
  const bool collects = lua_gc(L, LUA_GCISRUNNING) == 1;
  lua_gc(L, LUA_GCSTOP);
  const int status = protect(L, 0, [&](lua_State* inner) {
    thread = lua_newthread(inner);
    lua_rawsetp(inner, LUA_REGISTRYINDEX, thread);
    lua_pushboolean(inner, 0);
    lua_rawsetp(inner, LUA_REGISTRYINDEX, error_key(thread));
  });
  if (status != LUA_OK && thread != nullptr) unanchor(L, thread);
  lua_settop(L, 0);
  if (collects) lua_gc(L, LUA_GCRESTART);
  if (status != LUA_OK) return nullptr;
  set_role(thread, Role::cell);
  return thread;
}

int after_call(lua_State* L, int status, lua_KContext) {
  session_of(L).lock.holder().end_status = status == LUA_YIELD ? LUA_OK : status;
  lua_remove(L, 1);
  return lua_gettop(L);
}

// What a lane's thread runs: it calls its argument. Not the thread's first function itself, since an error
// there would leave the thread without hooks and with all that is to be closed.
int call(lua_State* L) {
  lua_pushcfunction(L, note_error);
  lua_insert(L, 1);
  session_of(L).gate.settle();
  return after_call(L, lua_pcallk(L, 0, LUA_MULTRET, 1, 0, after_call), 0);
}

// Ends code that has yielded although no coroutine of the user's runs, as a module written in C can.
int end_stray(Lane& lane) {
  lua_State* L = lane.state;
  take_frames(L, 0, lane.error_frames);
  reset_thread(L, nullptr);
  lua_settop(L, 0);
  return protect(L, 0,
                 [](lua_State* inner) { luaL_error(inner, "attempt to yield from outside a coroutine"); });
}

// Ends code that was left because of an interrupt.
int end_left(lua_State* L) {
  close_left(L, nullptr);
  push_interrupt_value(L);
  return LUA_ERRRUN;
}

}  // namespace

int run_lane(Session& session, Lane& lane) {
  lua_State* L = lane.state;
  session.gate.enter(lane, L);
  if (lane.interrupted) session.gate.arm(lane, 1);
  int arguments = 0;
  if (lua_status(L) == LUA_OK) {
    lua_pushcfunction(L, call);
    lua_insert(L, 1);
    arguments = 1;
  }
  int results = 0;
  const int status = lua_resume(L, nullptr, arguments, &results);
  if (lane.is_left) return end_left(L);
  if (status == LUA_YIELD && !lane.pause) return end_stray(lane);
  return status == LUA_OK ? lane.end_status : status;
}

bool open_lane(Session& session, Lane& lane) {
  session.memory.grant();
  if (session.spare_threads.empty()) {
    lane.state = make_thread(session);
  } else {
    lane.state = session.spare_threads.back();
    session.spare_threads.pop_back();
  }
  return lane.state != nullptr;
}

void close_lane(Session& session, Lane& lane) {
  lua_State* L = lane.state;
  if (L == nullptr) return;
  session.gate.enter(lane, nullptr);
  lane.state = nullptr;
  const bool has_ended = lua_status(L) == LUA_OK;
  if (has_ended && session.spare_threads.size() < most_spare_threads) {
    lua_settop(L, 0);
    forget_user_hook(L);
    lua_pushboolean(L, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, error_key(L));
    session.spare_threads.push_back(L);
    return;
  }
  unanchor(session.main, L);
}

Turn::Turn(Session& session, Lane& lane) : session_(session), lane_(lane) { open_lane(session, lane); }

Turn::~Turn() {
  close_lane(session_, lane_);
  session_.lock.release();
}

int reset_thread(lua_State* thread, [[maybe_unused]] lua_State* from) {
#if LUA_VERSION_RELEASE_NUM >= 50406
  return lua_closethread(thread, from);
#else
  return lua_resetthread(thread);
#endif
}

const void* coroutine_error_key(const Lane& lane) { return error_key(lane.state); }

}  // namespace hermit::lua_shell
