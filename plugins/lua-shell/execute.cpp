// Running cells, and keeping them while they sleep; evaluating expressions.
#include <lua.hpp>

#include "compile.hpp"
#include "errors.hpp"
#include "lanes.hpp"
#include "shell.hpp"

namespace hermit::lua_shell {

sdk::Outcome LuaShell::execute(const sdk::Cell& given) {
  if (session_->is_attached) session_->has_run = true;
  auto cell = std::make_unique<Cell>(*session_, given, subshell_);
  sdk::Outcome outcome = cell->start(given.code);
  if (outcome.status() == HERMIT_PENDING) sleeping_.emplace(given.request, std::move(cell));
  return outcome;
}

sdk::Outcome LuaShell::resume(hermit_request request) {
  const auto found = sleeping_.find(request);
  if (found == sleeping_.end()) return HERMIT_STALE;
  sdk::Outcome outcome = found->second->go_on();
  if (outcome.status() != HERMIT_PENDING) sleeping_.erase(found);
  return outcome;
}

sdk::Outcome LuaShell::evaluate(hermit_request request, std::string_view expression) {
  Session& session = *session_;
  Lane lane;
  const sdk::Serving serving(session.interrupts, lane, request);
  if (!session.lock.acquire_unless_asked(lane)) return interrupted(session, lane);
  const Turn turn(session, lane);
  lua_State* L = lane.state;
  if (L == nullptr) return report_text("LuaError", "not enough memory to evaluate");
  CompileError wrong;
  if (!compile_expression(L, "=expression", expression, wrong)) return report_syntax_error(wrong, expression);
  int status = run_lane(session, lane);
  Showing showing;
  if (status == LUA_OK) {
    if (lua_gettop(L) == 0) lua_pushnil(L);
    status = protect(L, lua_gettop(L), [&](lua_State* inner) { show_values(inner, showing); });
  }
  if (lane.raised > 0) return interrupted(session, lane);
  if (status != LUA_OK) return report_error(L, status);
  return std::move(showing.bundle);
}

}  // namespace hermit::lua_shell
