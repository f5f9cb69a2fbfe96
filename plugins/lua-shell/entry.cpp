// The shell as the C ABI sees it. Each function here translates and calls; no exception leaves it.
#include <exception>
#include <memory>

#include "attached.hpp"
#include "comm.hpp"
#include "complete.hpp"
#include "completeness.hpp"
#include "execute.hpp"
#include "hermit/hermit.h"
#include "inspect.hpp"
#include "manifest.hpp"
#include "session.hpp"
#include "text.hpp"

// What the host holds: the main shell, or a subshell.
struct hermit_shell {
  hermit_shell(std::shared_ptr<hermit::lua_shell::Session> shared, unsigned subshell)
      : session(std::move(shared)), runner(*session, subshell) {}

  const std::shared_ptr<hermit::lua_shell::Session> session;
  hermit::lua_shell::Runner runner;
};

namespace hermit::lua_shell {
namespace {

// Runs `body`, which returns a status, and turns exceptions into HERMIT_FAILED with a line in the log.
template <typename Body>
hermit_status contained(const Host* host, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception& exception) {
    if (host != nullptr) host->log(HERMIT_LOG_ERROR, exception.what());
  } catch (...) {
    if (host != nullptr) host->log(HERMIT_LOG_ERROR, "an exception of unknown type");
  }
  return HERMIT_FAILED;
}

hermit_status create(const hermit_host_info*, const hermit_host* host, hermit_shell** shell,
                     const hermit_text_sink* why) {
  return contained(nullptr, [&]() -> hermit_status {
    std::string reason;
    auto* const state = static_cast<lua_State*>(Host(host).program_context());
    std::shared_ptr<Session> session =
        state == nullptr ? Session::open(host, reason) : attach(host, state, reason);
    if (session == nullptr) {
      why->put(why->context, lend(reason));
      return Host(host).is_sufficient() ? HERMIT_FAILED : HERMIT_UNSUPPORTED;
    }
    *shell = new hermit_shell(std::move(session), 0);
    return HERMIT_OK;
  });
}

hermit_status create_subshell(hermit_shell* shell, hermit_shell** subshell, const hermit_text_sink*) {
  Session& session = *shell->session;
  return contained(&session.host, [&] {
    *subshell = new hermit_shell(shell->session, ++session.subshells);
    return HERMIT_OK;
  });
}

void destroy(hermit_shell* shell) {
  contained(nullptr, [&] {
    const std::shared_ptr<Session> session = shell->session;
    delete shell;
    if (session->is_attached) detach(*session);
    return HERMIT_OK;
  });
}

hermit_status execute_cell(hermit_shell* shell, hermit_request request, const hermit_cell* cell) {
  Session& session = *shell->session;
  return contained(&session.host, [&] { return shell->runner.execute(request, *cell); });
}

hermit_status resume_cell(hermit_shell* shell, hermit_request request) {
  Session& session = *shell->session;
  return contained(&session.host, [&] { return shell->runner.resume(request); });
}

hermit_status evaluate_expression(hermit_shell* shell, hermit_request request, hermit_text expression,
                                  const hermit_bundle_sink* value, const hermit_error_sink* error) {
  Session& session = *shell->session;
  return contained(&session.host, [&] { return evaluate(session, request, expression, *value, *error); });
}

hermit_status interrupt_cell(hermit_shell* shell, hermit_request request) {
  Session& session = *shell->session;
  return contained(&session.host, [&] {
    session.interrupts.ask(request);
    return HERMIT_OK;
  });
}

hermit_status complete_code(hermit_shell* shell, hermit_request request, hermit_text code, uint64_t cursor,
                            const hermit_match_sink* sink) {
  Session& session = *shell->session;
  return contained(&session.host, [&] { return complete(session, request, view(code), cursor, *sink); });
}

hermit_status inspect_code(hermit_shell* shell, hermit_request request, hermit_text code, uint64_t cursor,
                           uint32_t detail, const hermit_bundle_sink* sink) {
  Session& session = *shell->session;
  return contained(&session.host,
                   [&] { return inspect(session, request, view(code), cursor, detail, *sink); });
}

hermit_status judge_code(hermit_shell* shell, hermit_request, hermit_text code, uint32_t* completeness,
                         const hermit_text_sink* indent) {
  Session& session = *shell->session;
  return contained(&session.host, [&] {
    const Completeness answer = judge(session, view(code));
    *completeness = answer.code;
    if (answer.code == HERMIT_CODE_INCOMPLETE) indent->put(indent->context, lend(answer.indent));
    return HERMIT_OK;
  });
}

template <CommEvent event>
hermit_status handle_comm(hermit_shell* shell, hermit_request request, const hermit_comm_message* message) {
  Session& session = *shell->session;
  return contained(&session.host, [&] { return serve_comm(session, request, event, *message); });
}

constexpr hermit_shell_comm_handler comm_table = {
    handle_comm<CommEvent::opened>, handle_comm<CommEvent::received>, handle_comm<CommEvent::closed>};
constexpr hermit_shell_complete complete_table = {complete_code};
constexpr hermit_shell_inspect inspect_table = {inspect_code};
constexpr hermit_shell_is_complete is_complete_table = {judge_code};
constexpr hermit_shell_evaluate evaluate_table = {evaluate_expression};
constexpr hermit_shell_interrupt interrupt_table = {interrupt_cell};
constexpr hermit_shell_tasks tasks_table = {resume_cell};
constexpr hermit_shell_subshells subshells_table = {create_subshell};

const void* extension(hermit_shell*, hermit_text id) {
  const std::string_view name = view(id);
  if (name == HERMIT_EXT_COMM_HANDLER) return &comm_table;
  if (name == HERMIT_EXT_COMPLETE) return &complete_table;
  if (name == HERMIT_EXT_INSPECT) return &inspect_table;
  if (name == HERMIT_EXT_IS_COMPLETE) return &is_complete_table;
  if (name == HERMIT_EXT_EVALUATE) return &evaluate_table;
  if (name == HERMIT_EXT_INTERRUPT) return &interrupt_table;
  if (name == HERMIT_EXT_TASKS) return &tasks_table;
  if (name == HERMIT_EXT_SUBSHELLS) return &subshells_table;
  return nullptr;
}

constexpr hermit_shell_table shell_table = {create, destroy, execute_cell, extension};

}  // namespace
}  // namespace hermit::lua_shell

HERMIT_SHELL_EXPORT(hermit::lua_shell::manifest.data(), &hermit::lua_shell::shell_table)

// For a program that the shell is linked into; see include/hermit/lua.h.
extern "C" {
extern const hermit_shell_entry_type hermit_lua_state_entry;
const hermit_shell_entry_type hermit_lua_state_entry = {sizeof(hermit_shell_entry_type),
                                                        HERMIT_ABI_MAJOR,
                                                        HERMIT_ABI_MINOR,
                                                        0,
                                                        hermit::lua_shell::state_manifest.data(),
                                                        &hermit::lua_shell::shell_table};
}
