// A Lua session: one Lua state with all that the shell keeps for it. The parts of the shell work on this.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "hermit/hermit.h"
#include "hook_gate.hpp"
#include "host.hpp"
#include "interrupts.hpp"
#include "lane.hpp"
#include "protect.hpp"
#include "sources.hpp"
#include "state_lock.hpp"
#include "value.hpp"

namespace hermit::lua_shell {

struct Session {
  // Opens a session. Returns null and says in `why` what is missing when it cannot.
  static std::unique_ptr<Session> open(const hermit_host* table, std::string& why);

  explicit Session(const hermit_host* table) : host(table) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Host host;
  HookGate gate;
  StateLock lock{gate};
  Interrupts interrupts{gate};

  // Guarded by the lock.
  Sources sources;
  ValueLimits limits;
  std::string warning;          // the pieces of a warning that has not ended yet
  bool shows_warnings = false;  // as switched by warn("@on")

  // Where cells run, and where completion and inspection look things up.
  Lane cells;
  Lane introspection;

  // Makes the introspection functions wait for each other.
  std::mutex introspection_turn;

  // A state without libraries that only parses, so that is_complete need not wait for a running cell.
  // Guarded by introspection_turn.
  lua_State* parser = nullptr;
};

// The session of a Lua state, from any of its coroutines.
inline Session& session_of(lua_State* L) { return **static_cast<Session**>(lua_getextraspace(L)); }

}  // namespace hermit::lua_shell
