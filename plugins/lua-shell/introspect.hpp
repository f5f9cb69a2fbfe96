// Looking into the Lua state from the introspection thread, also while a cell runs.
#pragma once

#include <chrono>

#include "session.hpp"

namespace hermit::lua_shell {

// How long a look waits for a cell that is inside a C function, and cannot hand the state over, before the
// answer is given without live values.
constexpr std::chrono::milliseconds introspection_patience{1500};

// Calls look(L) in a protected call while the state is held. Returns false when the state could not be had,
// memory was short, or `lane`, the question's, was asked to end. The collector rests meanwhile: finalizers
// are code of the user's, and nothing of that may run here.
template <typename Look>
bool look_into(Session& session, Lane& lane, Look look) {
  if (!session.lock.acquire_unless_asked(lane, introspection_patience)) return false;
  lua_State* L = session.looking;
  const bool collects = lua_gc(L, LUA_GCISRUNNING) == 1;
  lua_gc(L, LUA_GCSTOP);
  const int status = protect(L, 0, look);
  lua_settop(L, 0);
  if (collects) lua_gc(L, LUA_GCRESTART);
  session.lock.release();
  return status == LUA_OK;
}

}  // namespace hermit::lua_shell
