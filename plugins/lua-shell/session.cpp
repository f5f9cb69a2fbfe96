// Makes the Lua state and puts everything of the shell's into it.
#include "session.hpp"

#include <functional>
#include <tuple>

#include "coroutines.hpp"
#include "debug_hooks.hpp"
#include "input.hpp"
#include "json.hpp"
#include "lanes.hpp"
#include "library.hpp"
#include "modules.hpp"
#include "output.hpp"
#include "protected_calls.hpp"
#include "reference.hpp"
#include "refusals.hpp"

namespace hermit::lua_shell {
namespace {

// The size of Lua's record of a call, in all releases of Lua 5.4 with 64-bit pointers. These are the
// blocks that a hook_gate walks through, so they must not be freed while it does.
constexpr size_t call_record_size = 64;

int panic(lua_State* L) {
  const char* message =
      lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "error outside of a protected call";
  session_of(L).host.log(HERMIT_LOG_ERROR, message);
  return 0;
}

}  // namespace

const char homes_key = 0;

void settle_home(lua_State* L, Home*& home) {
  if (lua_checkstack(L, 1) == 0) return;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &homes_key);
  auto* const homes = static_cast<Home*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  if (homes == nullptr) return;  // a state of a session's own
  constexpr std::less<> before;
  if (before(home, homes) || !before(home, homes + std::tuple_size_v<decltype(Session::homes)>)) home = homes;
}

void* allocate(void* context, void* block, size_t old_size, size_t new_size) {
  Session& session = *static_cast<Session*>(context);
  if (new_size == 0 && block != nullptr && old_size == call_record_size) session.gate.settle();
  if (session.is_attached) return session.program_allocate(session.program_memory, block, old_size, new_size);
  if (new_size == 0) {
    session.memory.release(block, old_size);
    return nullptr;
  }
  // Without a block, what stands for its size says what the new one is for.
  if (block == nullptr) return session.memory.allocate(new_size);
  return session.memory.resize(block, old_size, new_size);
}

void furnish(lua_State* L, Session& session) {
  make_interrupt_value(L);
  install_debug_hooks(L);
  install_protected_calls(L);
  install_coroutines(L);
  install_output(L);
  install_input(L);
  install_refusals(L);
  install_library(L);
  if (!session.is_attached) install_module_paths(L);
  install_reference(L);
  session.looking = lua_newthread(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &session.looking);
}

namespace {

void read_limits(Session& session) {
  const auto read = [&](const char* name, int& limit) {
    const long long value = json_integer(session.host.setting(name), limit);
    if (value > 0 && value < 1'000'000) limit = static_cast<int>(value);
  };
  read("LuaShell.table_depth", session.limits.depth);
  read("LuaShell.table_items", session.limits.items);
}

}  // namespace

std::unique_ptr<Session> Session::open(const sdk::Host& host) {
  auto session = std::make_unique<Session>(host);
  session->spare_threads.reserve(most_spare_threads);
  lua_State* L = lua_newstate(allocate, session.get());
  session->parser = luaL_newstate();
  session->main = L;
  if (L == nullptr || session->parser == nullptr) throw sdk::Refusal{no_memory};
  *static_cast<Home**>(lua_getextraspace(L)) = session->homes.data();
  lua_atpanic(L, panic);
  share_lua_library(session->host);
  read_limits(*session);
  Lane lane;
  lane.state = L;
  session->lock.acquire(lane);
  const int status = protect(L, 0, [&](lua_State* inner) {
    luaL_openlibs(inner);
    furnish(inner, *session);
  });
  std::string why;
  if (status != LUA_OK) why = message_of(L);
  lua_settop(L, 0);
  session->lock.release();
  if (status != LUA_OK) throw sdk::Refusal{"the Lua libraries cannot be opened: " + why};
  return session;
}

Session::~Session() {
  // Finalizers of the user's still run when the state is closed, but what they print goes nowhere.
  host.leave();
  if (main != nullptr && !is_attached) {
    Lane lane;
    lane.state = main;
    lock.acquire(lane);
    lua_close(main);
    lock.release();
  }
  if (parser != nullptr) lua_close(parser);
}

}  // namespace hermit::lua_shell
