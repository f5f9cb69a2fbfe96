// The frames here are plain C++: everything that can raise a Lua error runs inside lua_resume or protect().
#include "cell.hpp"

#include <lua.hpp>

#include "compile.hpp"
#include "errors.hpp"
#include "lanes.hpp"
#include "output.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the key in the registry of the value that `_` was last set to.
const char last_value_key = 0;

bool all_nil(lua_State* L) {
  for (int index = lua_gettop(L); index > 0; --index) {
    if (!lua_isnil(L, index)) return false;
  }
  return true;
}

// Sets the global `_` to the value at index 1, unless the user has given it another meaning.
void keep_last_value(lua_State* L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  const int globals = lua_gettop(L);
  lua_pushliteral(L, "_");
  lua_rawget(L, globals);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &last_value_key);
  if (lua_isnil(L, -2) || lua_rawequal(L, -1, -2) != 0) {
    lua_pushliteral(L, "_");
    lua_pushvalue(L, 1);
    lua_rawset(L, globals);
    lua_pushvalue(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &last_value_key);
  }
  lua_settop(L, globals - 1);
}

}  // namespace

void show_values(lua_State* L, Showing& showing) {
  const int count = lua_gettop(L);
  luaL_checkstack(L, LUA_MINSTACK, "too many results");
  if (count == 1) {
    make_bundle(L, 1, showing);
  } else {
    make_text(L, 1, count, showing);
  }
}

Cell::Cell(Session& session, const sdk::Cell& given, unsigned subshell)
    : session_(session),
      serving_(session.interrupts, lane_, given.request),
      name_(sdk::cell_name(given, subshell)) {
  lane_.is_silent = given.silent;
  lane_.allows_input = given.allow_stdin;
  lane_.may_suspend = given.run_mode != HERMIT_RUN_THREAD && session.host.has_lane();
}

Cell::~Cell() {
  if (lane_.state == nullptr) return;
  session_.lock.acquire(lane_);
  close_lane(session_, lane_);
  session_.lock.release();
}

// Runs a part of the cell with the state held, and gives it back.
template <typename Part>
sdk::Outcome Cell::hold(Part part) {
  try {
    sdk::Outcome outcome = part();
    if (!release(outcome.status())) return HERMIT_FAILED;
    return outcome;
  } catch (...) {
    release(HERMIT_FAILED);
    throw;
  }
}

// Gives the state back. Returns false when the cell was to sleep, and the host does not wake it.
bool Cell::release(hermit_status status) {
  session_.gate.enter(lane_, nullptr);
  if (status != HERMIT_PENDING) close_lane(session_, lane_);
  session_.lock.release();
  if (status != HERMIT_PENDING) return true;
  const auto pause = *lane_.pause;
  lane_.pause.reset();
  return session_.interrupts.suspend(lane_, pause);
}

sdk::Outcome Cell::start(std::string_view code) {
  if (!session_.lock.acquire_unless_asked(lane_)) return interrupted(session_, lane_);
  return hold([&] { return run(code); });
}

sdk::Outcome Cell::go_on() {
  lane_.is_pending = false;
  session_.lock.acquire(lane_);
  return hold([&] { return advance(); });
}

sdk::Outcome Cell::run(std::string_view code) {
  if (!open_lane(session_, lane_)) return report_text("LuaError", "not enough memory to run the cell");
  const std::string name = "=" + session_.sources.add(name_, code);
  CompileError error;
  if (!compile_cell(lane_.state, name.c_str(), code, error)) return report_syntax_error(error, code);
  return advance();
}

// Lets the coroutine run until it sleeps or ends.
sdk::Outcome Cell::advance() {
  const int status = run_lane(session_, lane_);
  return status == LUA_YIELD ? sdk::Outcome::pending() : end(status);
}

// What the results or the error that run_lane has left come to.
sdk::Outcome Cell::end(int status) {
  if (was_interrupted()) return interrupted(session_, lane_);
  return status == LUA_OK ? show() : report_error(lane_.state, status);
}

// The value of the results that are the whole stack.
sdk::Outcome Cell::show() {
  lua_State* L = lane_.state;
  if (lane_.is_silent || all_nil(L)) return {};
  // What io.write returns says nothing to anybody.
  if (lane_.has_written && lua_gettop(L) == 1 && is_standard_file(L, 1)) return {};
  Showing showing;
  const int status = protect(L, lua_gettop(L), [&](lua_State* inner) {
    luaL_checkstack(inner, LUA_MINSTACK, "too many results");
    keep_last_value(inner);
    show_values(inner, showing);
  });
  if (was_interrupted()) return interrupted(session_, lane_);
  if (status != LUA_OK) return report_error(L, status);
  if (!showing.trouble.empty()) {
    session_.host.stream(lane_.request, HERMIT_STDERR,
                         "the value's own representation failed: " + showing.trouble + "\n");
  }
  return std::move(showing.bundle);
}

}  // namespace hermit::lua_shell
