// A Lua session: one Lua state with all that the shell keeps for it. The parts of the shell work on this.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <lua.hpp>

#include "hermit/host.hpp"
#include "hook_gate.hpp"
#include "interrupts.hpp"
#include "lane.hpp"
#include "memory.hpp"
#include "protect.hpp"
#include "sources.hpp"
#include "state_lock.hpp"
#include "value.hpp"

namespace hermit::lua_shell {

struct Session;

// What a Lua thread is to the shell.
enum class Role {
  free,    // the main one, and coroutines that the user may resume
  cell,    // the coroutine that a cell runs on
  carried  // a coroutine inside a cell that is suspended
};

// What the extra space of a Lua thread points to; new threads take over that of the main one.
struct Home {
  Session* session = nullptr;
  Role role = Role::free;
};

struct Session {
  // Opens a session; throws a Refusal when it cannot.
  static std::unique_ptr<Session> open(const sdk::Host& host);

  explicit Session(const sdk::Host& to)
      : host(to), homes{{{this, Role::free}, {this, Role::cell}, {this, Role::carried}}} {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  sdk::Host host;
  HookGate gate;
  StateLock lock{gate};
  Interrupts interrupts{host, gate, lock};

  // The state's main thread, or one beside it when the state is the program's: opened and closed on, and
  // where threads for lanes are made. It runs no cells.
  lua_State* main = nullptr;

  // Of a session in a state of the embedding program's: the program's allocator, and the lane that its own
  // calls into the state are on.
  bool is_attached = false;
  lua_Alloc program_allocate = nullptr;
  void* program_memory = nullptr;
  Lane resting;
  bool has_run = false;  // a cell, since the kernel started; on the shell thread

  // Guarded by the lock.
  Memory memory;
  Sources sources;
  ValueLimits limits;
  std::string warning;                    // the pieces of a warning that has not ended yet
  bool shows_warnings = false;            // as switched by warn("@on")
  std::vector<lua_State*> spare_threads;  // for lanes; see lanes.hpp

  std::array<Home, 3> homes;  // by role

  // How many subshells there have been.
  std::atomic<unsigned> subshells{0};

  // Where completion and inspection look things up, one question at a time.
  lua_State* looking = nullptr;
  std::mutex introspection_turn;

  // A state without libraries that only parses, so that is_complete need not wait for a running cell.
  // Guarded by introspection_turn.
  lua_State* parser = nullptr;
};

// Why there is no session without a state.
inline constexpr const char* no_memory = "there is not enough memory for a Lua state";

// Puts all that is the shell's into a state which has the standard libraries. Runs protected.
void furnish(lua_State* L, Session& session);

// The allocator of the states of all sessions; `context` is the session.
void* allocate(void* context, void* block, size_t old_size, size_t new_size);

// Whether there was ever a session in a state of a program's. In such a state there are threads from before,
// with anything in their extra space; under this key, an address, the registry has the session's homes.
inline std::atomic<bool> has_attached{false};
extern const char homes_key;
// Sees to it that the home of a thread is one.
void settle_home(lua_State* L, Home*& home);

inline const Home& home_of(lua_State* L) {
  Home*& home = *static_cast<Home**>(lua_getextraspace(L));
  if (has_attached.load(std::memory_order_relaxed)) settle_home(L, home);
  return *home;
}

// The session of a Lua state, from any of its coroutines.
inline Session& session_of(lua_State* L) { return *home_of(L).session; }

inline Role role_of(lua_State* L) { return home_of(L).role; }

inline void set_role(lua_State* L, Role role) {
  *static_cast<Home**>(lua_getextraspace(L)) = &session_of(L).homes[static_cast<size_t>(role)];
}

}  // namespace hermit::lua_shell
