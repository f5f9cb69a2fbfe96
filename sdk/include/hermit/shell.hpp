// Shell: a shell written in C++ (S2). Derive a class from hermit::sdk::Shell, override what your language can
// do, and export it:
//
//   class MyShell : public hermit::sdk::Shell {
//    public:
//     using Shell::Shell;
//     hermit::sdk::Outcome execute(const hermit::sdk::Cell& cell) override;
//   };
//
//   HERMIT_SHELL(MyShell, R"({"name": "mine", …})")
//
// The host is offered the extensions of the functions that the class overrides, and no others. Errors are
// thrown or returned as values; what else escapes is logged, and the call fails. When a function is called,
// on which thread, and what its arguments mean stands with the function of the same name in hermit/shell.h
// and hermit/ext/. Header-only, C++17.
#ifndef HERMIT_SHELL_HPP
#define HERMIT_SHELL_HPP

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hermit/host.hpp"
#include "hermit/values.hpp"

namespace hermit::sdk {

// A main shell, or a subshell. What two threads may call at the same time, the tags in the C headers say.
class Shell {
 public:
  // Throws a Refusal, or any std::exception, when there can be no shell. [main-thread]
  explicit Shell(const Host &host) : host_(host) {}
  // Ends it. [main-thread]; of a subshell [shell-thread]
  virtual ~Shell() = default;
  Shell(const Shell &) = delete;
  Shell &operator=(const Shell &) = delete;

  // Runs a cell. [shell-thread]
  virtual Outcome execute(const Cell &cell) = 0;

  // Goes on with a cell that is pending. [shell-thread]
  virtual Outcome resume(hermit_request) { return hermit_status{HERMIT_UNSUPPORTED}; }

  // Asks a request to end, and does not wait until it does. [control-thread]
  virtual void interrupt(hermit_request) {}

  // The value of an expression, or why it has none. [shell-thread & executing]
  virtual Outcome evaluate(hermit_request, std::string_view) { return {}; }

  // [introspection-thread]; each may throw Interrupted.
  // Without matches the range does not matter.
  virtual Completion complete(const Question &) { return {}; }
  // Nothing when there is no such name. `everything`: as much as there is, such as source code.
  virtual std::optional<Bundle> inspect(const Question &, bool /*everything*/) { return {}; }
  virtual Completeness is_complete(hermit_request, std::string_view) { return {}; }
  // The content of a history_reply; `content` is that of the request.
  virtual std::string history(hermit_request, std::string_view) { return {}; }

  // A subshell of this one; throws as the constructor does. It is destroyed before this one.
  // [shell-thread of the new one]
  virtual std::unique_ptr<Shell> make_subshell() { throw Refusal{"there can be no subshells"}; }

  // What a client does with a comm to one of the shell's targets. For one that is opened, whatever is
  // returned but Outcome() closes it, such as HERMIT_REFUSED. A value is shown to nobody. [comm-thread]
  virtual Outcome comm(hermit_request, CommEvent, const CommMessage &) { return {}; }

  // The host. [any-thread]
  const Host &host() const { return host_; }

 private:
  const Host host_;
};

// How the functions of a shell appear in the ABI. Nothing here is called by shells.
namespace abi {

inline Shell &shell_of(hermit_shell *shell) { return *reinterpret_cast<Shell *>(shell); }
inline hermit_shell *handle_of(Shell *shell) { return reinterpret_cast<hermit_shell *>(shell); }

// Runs `body`, which returns a status, and lets nothing out but that. A UserError is given to the host.
template <class Body>
hermit_status contain(const Host &host, hermit_request request, Body body) noexcept {
  try {
    try {
      return body();
    } catch (const UserError &error) {
      host.fail(request, error);
      return HERMIT_USER_ERROR;
    } catch (const Interrupted &) {
      return HERMIT_INTERRUPTED;
    } catch (const Refusal &refusal) {
      host.log(HERMIT_LOG_ERROR, refusal.why);
    } catch (const std::exception &exception) {
      host.log(HERMIT_LOG_ERROR, exception.what());
    } catch (...) {
      host.log(HERMIT_LOG_ERROR, "an exception of a type that is not known");
    }
  } catch (...) {  // there was no memory left to tell
  }
  return HERMIT_FAILED;
}

// Makes a shell by `body`; says in `why` what has kept it from that.
template <class Body>
hermit_status make(const hermit_text_sink *why, Body body) noexcept {
  const auto refuse = [why](std::string_view reason, hermit_status status) {
    why->put(why->context, lend(reason));
    return status;
  };
  try {
    body();
    return HERMIT_OK;
  } catch (const Refusal &refusal) {
    return refuse(refusal.why, refusal.status);
  } catch (const std::exception &exception) {
    return refuse(exception.what(), HERMIT_FAILED);
  } catch (...) {
    return refuse("an exception of a type that is not known", HERMIT_FAILED);
  }
}

template <class Class>
hermit_status HERMIT_ABI create(const hermit_host_info *, const hermit_host *host, hermit_shell **shell,
                                const hermit_text_sink *why) noexcept {
  return make(why, [&] { *shell = handle_of(std::make_unique<Class>(Host(host)).release()); });
}

inline void HERMIT_ABI destroy(hermit_shell *shell) noexcept { delete &shell_of(shell); }

// Shows what became of a cell.
inline hermit_status settle(const Host &host, hermit_request request, const Outcome &outcome) {
  if (outcome.value()) host.result(request, *outcome.value());
  if (outcome.error()) host.fail(request, *outcome.error());
  return outcome.status();
}

inline hermit_status HERMIT_ABI execute(hermit_shell *shell, hermit_request request,
                                        const hermit_cell *cell) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] {
    const auto has = [cell](std::uint32_t flag) { return (cell->flags & flag) != 0; };
    const Cell given{request,
                     view(cell->code),
                     view(cell->id),
                     cell->execution_count,
                     has(HERMIT_CELL_SILENT),
                     has(HERMIT_CELL_STORE_HISTORY),
                     has(HERMIT_CELL_ALLOW_STDIN),
                     cell->run_mode};
    return settle(to.host(), request, to.execute(given));
  });
}

inline hermit_status HERMIT_ABI resume(hermit_shell *shell, hermit_request request) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] { return settle(to.host(), request, to.resume(request)); });
}

inline hermit_status HERMIT_ABI interrupt(hermit_shell *shell, hermit_request request) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] {
    to.interrupt(request);
    return HERMIT_OK;
  });
}

inline hermit_status HERMIT_ABI evaluate(hermit_shell *shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink *value,
                                         const hermit_error_sink *error) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&]() -> hermit_status {
    const auto put_error = [error](const UserError &failed) {
      with_error(failed, [error](const hermit_error *lent) { error->put(error->context, lent); });
    };
    try {
      const Outcome outcome = to.evaluate(request, view(expression));
      if (outcome.error()) put_error(*outcome.error());
      if (outcome.status() != HERMIT_OK) return outcome.status();
      const Bundle nothing;
      with_bundle(outcome.value() ? *outcome.value() : nothing,
                  [value](const hermit_bundle *lent) { value->put(value->context, lent); });
      return HERMIT_OK;
    } catch (const UserError &failed) {
      put_error(failed);
      return HERMIT_USER_ERROR;
    }
  });
}

inline hermit_status HERMIT_ABI complete(hermit_shell *shell, hermit_request request, hermit_text code,
                                         std::uint64_t cursor, const hermit_match_sink *sink) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&]() -> hermit_status {
    const Completion found = to.complete({request, view(code), static_cast<std::size_t>(cursor)});
    if (found.matches.empty()) return HERMIT_OK;
    sink->range(sink->context, found.start, found.end);
    for (const Match &match : found.matches) {
      const hermit_match lent = {lend(match.text), lend(match.type), lend(match.signature)};
      if (const hermit_status status = sink->add(sink->context, &lent); status != HERMIT_OK) return status;
    }
    return HERMIT_OK;
  });
}

inline hermit_status HERMIT_ABI inspect(hermit_shell *shell, hermit_request request, hermit_text code,
                                        std::uint64_t cursor, std::uint32_t detail,
                                        const hermit_bundle_sink *sink) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] {
    const auto found = to.inspect({request, view(code), static_cast<std::size_t>(cursor)}, detail != 0);
    if (found) with_bundle(*found, [sink](const hermit_bundle *lent) { sink->put(sink->context, lent); });
    return HERMIT_OK;
  });
}

inline hermit_status HERMIT_ABI is_complete(hermit_shell *shell, hermit_request request, hermit_text code,
                                            std::uint32_t *completeness,
                                            const hermit_text_sink *indent) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] {
    const Completeness answer = to.is_complete(request, view(code));
    *completeness = answer.code;
    if (answer.code == HERMIT_CODE_INCOMPLETE) indent->put(indent->context, lend(answer.indent));
    return HERMIT_OK;
  });
}

inline hermit_status HERMIT_ABI history(hermit_shell *shell, hermit_request request, hermit_text content,
                                        const hermit_text_sink *reply) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] {
    reply->put(reply->context, lend(to.history(request, view(content))));
    return HERMIT_OK;
  });
}

inline hermit_status HERMIT_ABI create_subshell(hermit_shell *shell, hermit_shell **subshell,
                                                const hermit_text_sink *why) noexcept {
  return make(why, [&] { *subshell = handle_of(shell_of(shell).make_subshell().release()); });
}

template <CommEvent event>
hermit_status HERMIT_ABI comm(hermit_shell *shell, hermit_request request,
                              const hermit_comm_message *message) noexcept {
  Shell &to = shell_of(shell);
  return contain(to.host(), request, [&] {
    const Outcome outcome = to.comm(request, event, received(*message));
    if (outcome.error()) to.host().fail(request, *outcome.error());
    return outcome.status();
  });
}

inline constexpr hermit_shell_tasks tasks_table = {resume};
inline constexpr hermit_shell_interrupt interrupt_table = {interrupt};
inline constexpr hermit_shell_evaluate evaluate_table = {evaluate};
inline constexpr hermit_shell_complete complete_table = {complete};
inline constexpr hermit_shell_inspect inspect_table = {inspect};
inline constexpr hermit_shell_is_complete is_complete_table = {is_complete};
inline constexpr hermit_shell_history history_table = {history};
inline constexpr hermit_shell_subshells subshells_table = {create_subshell};
inline constexpr hermit_shell_comm_handler comm_table = {comm<CommEvent::opened>, comm<CommEvent::received>,
                                                         comm<CommEvent::closed>};

// Whether a class overrides a function of Shell's: a pointer to one that it inherits has the type of Shell's
// own.
template <class Own, class Base>
constexpr bool overrides(Own, Base) {
  return !std::is_same_v<Own, Base>;
}

// The table of an extension, when the class overrides its function.
template <class Class>
const void *HERMIT_ABI extension(hermit_shell *, hermit_text id) noexcept {
  const std::string_view name = view(id);
  const auto offer = [name](std::string_view known, bool overridden, const void *table) {
    return overridden && name == known ? table : nullptr;
  };
  for (const void *const table :
       {offer(HERMIT_EXT_TASKS, overrides(&Class::resume, &Shell::resume), &tasks_table),
        offer(HERMIT_EXT_INTERRUPT, overrides(&Class::interrupt, &Shell::interrupt), &interrupt_table),
        offer(HERMIT_EXT_EVALUATE, overrides(&Class::evaluate, &Shell::evaluate), &evaluate_table),
        offer(HERMIT_EXT_COMPLETE, overrides(&Class::complete, &Shell::complete), &complete_table),
        offer(HERMIT_EXT_INSPECT, overrides(&Class::inspect, &Shell::inspect), &inspect_table),
        offer(HERMIT_EXT_IS_COMPLETE, overrides(&Class::is_complete, &Shell::is_complete),
              &is_complete_table),
        offer(HERMIT_EXT_HISTORY, overrides(&Class::history, &Shell::history), &history_table),
        offer(HERMIT_EXT_SUBSHELLS, overrides(&Class::make_subshell, &Shell::make_subshell),
              &subshells_table),
        offer(HERMIT_EXT_COMM_HANDLER, overrides(&Class::comm, &Shell::comm), &comm_table)}) {
    if (table != nullptr) return table;
  }
  return nullptr;
}

template <class Class>
inline constexpr hermit_shell_table table = {create<Class>, destroy, execute, extension<Class>};

}  // namespace abi

// The entry of a shell under another name than that of a library's, for a program that several shells are
// linked into; constant, as HERMIT_SHELL_EXPORT's is.
template <class Class>
constexpr hermit_shell_entry_type entry(const char *manifest_json) {
  return {sizeof(hermit_shell_entry_type),
          HERMIT_ABI_MAJOR,
          HERMIT_ABI_MINOR,
          0,
          manifest_json,
          &abi::table<Class>};
}

}  // namespace hermit::sdk

// Exports a class as the shell of this library. To be written once, outside any namespace; `manifest_json` is
// a string constant, whose keys hermit/shell.h lists. The class has a constructor that takes a `const
// hermit::sdk::Host&`.
#define HERMIT_SHELL(Class, manifest_json) \
  HERMIT_SHELL_EXPORT(manifest_json, &::hermit::sdk::abi::table<Class>)

#endif
