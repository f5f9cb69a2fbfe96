// Keeps cells while they sleep.
#include "execute.hpp"

#include <lua.hpp>

#include "compile.hpp"
#include "errors.hpp"
#include "lanes.hpp"
#include "session.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
hermit_status Runner::execute(hermit_request request, const hermit_cell& given) {
  if (session_.is_attached) session_.has_run = true;
  auto cell = std::make_unique<Cell>(session_, request, given, subshell_);
  const hermit_status status = cell->start(view(given.code));
  if (status == HERMIT_PENDING) sleeping_.emplace(request, std::move(cell));
  return status;
}

hermit_status Runner::resume(hermit_request request) {
  const auto found = sleeping_.find(request);
  if (found == sleeping_.end()) return HERMIT_STALE;
  const hermit_status status = found->second->go_on();
  if (status != HERMIT_PENDING) sleeping_.erase(found);
  return status;
}

hermit_status evaluate(Session& session, hermit_request request, hermit_text expression,
                       const hermit_bundle_sink& value, const hermit_error_sink& error) {
  Lane lane;
  const Serving serving(session.interrupts, lane, request);
  const auto put_error = [&](const Report& report, hermit_status status) {
    with_report(report, [&](const hermit_error* lent) { error.put(error.context, lent); });
    return status;
  };
  if (!session.lock.acquire_unless_asked(lane)) {
    return put_error(report_interrupt(session, lane), HERMIT_INTERRUPTED);
  }
  const Turn turn(session, lane);
  lua_State* L = lane.state;
  if (L == nullptr) {
    return put_error(report_text("LuaError", "not enough memory to evaluate"), HERMIT_USER_ERROR);
  }
  CompileError wrong;
  const std::string_view code = view(expression);
  if (!compile_expression(L, "=expression", code, wrong)) {
    return put_error(report_syntax_error(wrong, code), HERMIT_USER_ERROR);
  }
  int status = run_lane(session, lane);
  Showing showing;
  if (status == LUA_OK) {
    if (lua_gettop(L) == 0) lua_pushnil(L);
    status = protect(L, lua_gettop(L), [&](lua_State* inner) { show_values(inner, showing); });
  }
  if (lane.raised > 0) return put_error(report_interrupt(session, lane), HERMIT_INTERRUPTED);
  if (status != LUA_OK) return put_error(report_error(L, status), HERMIT_USER_ERROR);
  with_bundle(showing.bundle, [&](const hermit_bundle* lent) { value.put(value.context, lent); });
  return HERMIT_OK;
}

}  // namespace hermit::lua_shell
