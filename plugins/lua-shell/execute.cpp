// A cell from its code to its result. The frames here are plain C++: everything that can raise a Lua
// error runs inside lua_pcall or protect().
#include "execute.hpp"

#include <lua.hpp>

#include "compile.hpp"
#include "coroutines.hpp"
#include "errors.hpp"
#include "mime.hpp"
#include "session.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the key in the registry of the value that `_` was last set to.
const char last_value_key = 0;

// The state, held for one cell, with everything of the cell put away at the end.
class Run {
 public:
  Run(Session& session, Lane& lane, hermit_request request) : session_(session), lane_(lane) {
    session.lock.acquire(lane);
    session.interrupts.begin(lane, request);
    session.gate.enter(lane, lane.state);
    lane.typed.clear();
    lane.error_frames = {};
    forget_coroutine_error(lane.state);
    if (lane.interrupted) session.gate.arm(lane, 1);
  }

  ~Run() {
    session_.interrupts.end(lane_);
    session_.gate.enter(lane_, nullptr);
    lua_settop(lane_.state, 0);
    session_.lock.release();
  }

  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Calls the function at the top of the stack. Its results, or the error value, take its place.
  int call() {
    lua_State* L = lane_.state;
    lua_pushcfunction(L, note_error);
    lua_insert(L, 1);
    const int status = lua_pcall(L, 0, LUA_MULTRET, 1);
    lua_remove(L, 1);
    return status;
  }

  // Whether the interrupt has ended something in this run.
  bool was_interrupted() const { return lane_.interrupted && lane_.raised > 0; }

 private:
  Session& session_;
  Lane& lane_;
};

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

// Makes the bundle of the results, which are the whole stack.
void show_results(lua_State* L, Showing& showing) {
  const int count = lua_gettop(L);
  luaL_checkstack(L, LUA_MINSTACK, "too many results");
  keep_last_value(L);
  if (count == 1) {
    make_bundle(L, 1, showing);
  } else {
    make_text(L, 1, count, showing);
  }
}

hermit_status fail(Session& session, hermit_request request, const Report& report, hermit_status status) {
  session.host.fail(request, report);
  return status;
}

// Shows the results that a cell has left on the stack.
hermit_status finish_cell(Session& session, const Run& run, Lane& lane, hermit_request request) {
  lua_State* L = lane.state;
  const int count = lua_gettop(L);
  if (lane.is_silent || all_nil(L)) return HERMIT_OK;
  Showing showing;
  const int status = protect(L, count, [&](lua_State* inner) { show_results(inner, showing); });
  if (run.was_interrupted()) return fail(session, request, report_interrupt(L), HERMIT_INTERRUPTED);
  if (status != LUA_OK) return fail(session, request, report_error(L, status), HERMIT_USER_ERROR);
  if (!showing.trouble.empty()) {
    session.host.stream(request, HERMIT_STDERR,
                        "the value's own representation failed: " + showing.trouble + "\n");
  }
  session.host.result(request, showing.bundle);
  return HERMIT_OK;
}

}  // namespace

hermit_status execute(Session& session, hermit_request request, const hermit_cell& cell) {
  Lane& lane = session.cells;
  Run run(session, lane, request);
  lua_State* L = lane.state;
  lane.is_silent = (cell.flags & HERMIT_CELL_SILENT) != 0;
  lane.allows_input = (cell.flags & HERMIT_CELL_ALLOW_STDIN) != 0;
  const std::string_view code = view(cell.code);
  std::string name = lane.is_silent ? std::string("silent cell") : cell_name(cell.execution_count);
  session.sources.remember(name, code);
  name.insert(0, 1, '=');

  CompileError error;
  if (!compile_cell(L, name.c_str(), code, error)) {
    return fail(session, request, report_syntax_error(error, code), HERMIT_USER_ERROR);
  }
  const int status = run.call();
  if (run.was_interrupted()) return fail(session, request, report_interrupt(L), HERMIT_INTERRUPTED);
  if (status != LUA_OK) return fail(session, request, report_error(L, status), HERMIT_USER_ERROR);
  return finish_cell(session, run, lane, request);
}

hermit_status evaluate(Session& session, hermit_request request, hermit_text expression,
                       const hermit_bundle_sink& value, const hermit_error_sink& error) {
  Lane& lane = session.cells;
  Run run(session, lane, request);
  lua_State* L = lane.state;
  const auto put_error = [&](const Report& report, hermit_status status) {
    with_report(report, [&](const hermit_error* lent) { error.put(error.context, lent); });
    return status;
  };
  CompileError wrong;
  const std::string_view code = view(expression);
  if (!compile_expression(L, "=expression", code, wrong)) {
    return put_error(report_syntax_error(wrong, code), HERMIT_USER_ERROR);
  }
  int status = run.call();
  Showing showing;
  if (status == LUA_OK) {
    if (lua_gettop(L) == 0) lua_pushnil(L);
    const int count = lua_gettop(L);
    status = protect(L, count, [&](lua_State* inner) {
      count == 1 ? make_bundle(inner, 1, showing) : make_text(inner, 1, count, showing);
    });
  }
  if (run.was_interrupted()) return put_error(report_interrupt(L), HERMIT_INTERRUPTED);
  if (status != LUA_OK) return put_error(report_error(L, status), HERMIT_USER_ERROR);
  with_bundle(showing.bundle, [&](const hermit_bundle* lent) { value.put(value.context, lent); });
  return HERMIT_OK;
}

}  // namespace hermit::lua_shell
