#include "shell/abi_shell.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

#include "base/log.hpp"
#include "shell/abi_text.hpp"
#include "shell/lent_sink.hpp"

namespace hermit {
namespace {

// Compile-time facts of this build, told to each shell.
constexpr std::string_view host_name = "hermit";

hermit_host_info host_info() {
  return {sizeof(hermit_host_info), HERMIT_ABI_MAJOR,    HERMIT_ABI_MINOR, 0,
          lend(host_name),          lend(HERMIT_VERSION)};
}

void keep_text(void* context, hermit_text text) { *static_cast<std::string*>(context) = view(text); }

// What a shell says of its failure, for the end of a line.
std::string in_one_line(std::string why) {
  std::replace(why.begin(), why.end(), '\n', ' ');
  return why.empty() ? "it gave no reason" : why;
}

}  // namespace

bool AbiShell::may_be(Answer answer, hermit_status status) {
  if (status == HERMIT_PENDING) return answer == Answer::perhaps_pending;
  return status >= HERMIT_FAILED && status <= (answer == Answer::done ? HERMIT_OK : HERMIT_INTERRUPTED);
}

// Calls into the shell: what it throws is logged, and so is a status that is none of this call's.
template <class Call>
hermit_status AbiShell::guarded(const Common& common, const char* function, Answer answer, Call call) {
  try {
    const hermit_status status = call();
    if (may_be(answer, status)) return status;
    log::error("SHELL_MISBEHAVING {}: {} returned the status {}, which it may not", common.manifest.name,
               function, status);
  } catch (const std::exception& error) {
    log::error("SHELL_MISBEHAVING {}: {} let an exception out: {}", common.manifest.name, function,
               error.what());
  } catch (...) {
    log::error("SHELL_MISBEHAVING {}: {} let an exception out", common.manifest.name, function);
  }
  return HERMIT_FAILED;
}

AbiShell::AbiShell(const hermit_shell_table& table, std::shared_ptr<Common> common, hermit_shell* shell)
    : table_(table), common_(std::move(common)), shell_(shell) {
  find_extensions();
}

Result<void> AbiShell::check_requirements(const Manifest& manifest) {
  for (const auto& id : manifest.required_extensions) {
    if (HostTables::offers(id)) continue;
    return Error{
        "requires \"" + id +
            "\", which this host does not have; hermit " HERMIT_VERSION " offers: " + HostTables::offered(),
        Exit::bad_shell};
  }
  return {};
}

Result<std::unique_ptr<Shell>> AbiShell::create(const hermit_shell_entry_type& entry, ShellHost& host,
                                                std::string origin, void* context) {
  auto manifest = parse_manifest(entry.manifest);
  if (!manifest) return Error{origin + ": " + manifest.error().message, manifest.error().exit};
  if (auto met = check_requirements(*manifest); !met) {
    return Error{origin + ": " + met.error().message, met.error().exit};
  }
  const auto common = std::make_shared<Common>(std::move(*manifest), host, context);
  const hermit_host_info info = host_info();
  std::string why;
  const LentSink lent(hermit_text_sink{&why, keep_text}, common->manifest.name, "create");
  hermit_shell* made = nullptr;
  const auto status = guarded(*common, "create", Answer::done, [&] {
    return entry.shell->create(&info, common->host.table(), &made, lent.get());
  });
  if (status != HERMIT_OK || made == nullptr) {
    return Error{origin + ": the shell failed to start: " + in_one_line(why), Exit::shell_start};
  }
  return std::unique_ptr<Shell>(new AbiShell(*entry.shell, common, made));
}

Result<std::unique_ptr<Shell>> AbiShell::make_subshell() {
  if (subshells_ == nullptr) return Error{"the shell \"" + manifest().name + "\" has no subshells"};
  std::string why;
  const char* const function = "create of a subshell";
  const LentSink lent(hermit_text_sink{&why, keep_text}, manifest().name, function);
  hermit_shell* made = nullptr;
  const auto status = guarded(*common_, function, Answer::done,
                              [&] { return subshells_->create(shell_, &made, lent.get()); });
  if (status != HERMIT_OK || made == nullptr)
    return Error{"the subshell failed to start: " + in_one_line(why)};
  return std::unique_ptr<Shell>(new AbiShell(table_, common_, made));
}

void AbiShell::find_extensions() {
  find_extension(HERMIT_EXT_COMM_HANDLER, comm_handler_);
  find_extension(HERMIT_EXT_COMPLETE, complete_);
  find_extension(HERMIT_EXT_EVALUATE, evaluate_);
  find_extension(HERMIT_EXT_HISTORY, history_);
  find_extension(HERMIT_EXT_INSPECT, inspect_);
  find_extension(HERMIT_EXT_INTERRUPT, interrupt_);
  find_extension(HERMIT_EXT_IS_COMPLETE, is_complete_);
  find_extension(HERMIT_EXT_SUBSHELLS, subshells_);
  find_extension(HERMIT_EXT_TASKS, tasks_);
}

// A table that has a NULL entry (convention 9) is done without.
template <class Table>
void AbiShell::find_extension(const char* id, const Table*& table) {
  guarded(*common_, "extension", Answer::done, [&] {
    table = static_cast<const Table*>(table_.extension(shell_, lend(id)));
    return HERMIT_OK;
  });
  if (table == nullptr) return;
  using Function = void (*)();
  std::array<Function, sizeof(Table) / sizeof(Function)> functions;
  static_assert(sizeof functions == sizeof(Table), "the tables of shells hold functions and nothing else");
  std::memcpy(&functions, table, sizeof functions);
  if (std::find(functions.begin(), functions.end(), nullptr) == functions.end()) return;
  log::error("SHELL_MISBEHAVING {}: its table {} has a NULL entry", manifest().name, id);
  table = nullptr;
}

AbiShell::~AbiShell() {
  guarded(*common_, "destroy", Answer::done, [&] {
    table_.destroy(shell_);
    return HERMIT_OK;
  });
}

hermit_status AbiShell::resume(hermit_request request) {
  if (tasks_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded(*common_, "resume", Answer::perhaps_pending,
                 [&] { return tasks_->resume(shell_, request); });
}

hermit_status AbiShell::execute(hermit_request request, const hermit_cell& cell) {
  return guarded(*common_, "execute", Answer::perhaps_pending,
                 [&] { return table_.execute(shell_, request, &cell); });
}

hermit_status AbiShell::evaluate(hermit_request request, std::string_view expression,
                                 const hermit_bundle_sink& value, const hermit_error_sink& error) {
  if (evaluate_ == nullptr) return HERMIT_UNSUPPORTED;
  const LentSink to_value(value, manifest().name, "evaluate");
  const LentSink to_error(error, manifest().name, "evaluate");
  return guarded(*common_, "evaluate", Answer::outcome, [&] {
    return evaluate_->evaluate(shell_, request, lend(expression), to_value.get(), to_error.get());
  });
}

hermit_status AbiShell::complete(hermit_request request, std::string_view code, std::uint64_t cursor,
                                 const hermit_match_sink& matches) {
  if (complete_ == nullptr) return HERMIT_UNSUPPORTED;
  const LentSink lent(matches, manifest().name, "complete");
  return guarded(*common_, "complete", Answer::outcome,
                 [&] { return complete_->complete(shell_, request, lend(code), cursor, lent.get()); });
}

hermit_status AbiShell::inspect(hermit_request request, std::string_view code, std::uint64_t cursor,
                                std::uint32_t detail, const hermit_bundle_sink& description) {
  if (inspect_ == nullptr) return HERMIT_UNSUPPORTED;
  const LentSink lent(description, manifest().name, "inspect");
  return guarded(*common_, "inspect", Answer::outcome,
                 [&] { return inspect_->inspect(shell_, request, lend(code), cursor, detail, lent.get()); });
}

hermit_status AbiShell::is_complete(hermit_request request, std::string_view code,
                                    std::uint32_t& completeness, const hermit_text_sink& indent) {
  if (is_complete_ == nullptr) return HERMIT_UNSUPPORTED;
  const LentSink lent(indent, manifest().name, "is_complete");
  return guarded(*common_, "is_complete", Answer::outcome, [&] {
    return is_complete_->is_complete(shell_, request, lend(code), &completeness, lent.get());
  });
}

hermit_status AbiShell::history(hermit_request request, std::string_view content,
                                const hermit_text_sink& reply) {
  if (history_ == nullptr) return HERMIT_UNSUPPORTED;
  const LentSink lent(reply, manifest().name, "query");
  return guarded(*common_, "query", Answer::outcome,
                 [&] { return history_->query(shell_, request, lend(content), lent.get()); });
}

hermit_status AbiShell::comm(hermit_request request, CommEvent event, const hermit_comm_message& message) {
  if (comm_handler_ == nullptr) return HERMIT_UNSUPPORTED;
  switch (event) {
    case CommEvent::opened:
      return guarded(*common_, "opened", Answer::outcome,
                     [&] { return comm_handler_->opened(shell_, request, &message); });
    case CommEvent::received:
      return guarded(*common_, "received", Answer::outcome,
                     [&] { return comm_handler_->received(shell_, request, &message); });
    case CommEvent::closed:
      break;
  }
  return guarded(*common_, "closed", Answer::outcome,
                 [&] { return comm_handler_->closed(shell_, request, &message); });
}

hermit_status AbiShell::interrupt(hermit_request request) {
  if (interrupt_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded(*common_, "interrupt", Answer::done, [&] { return interrupt_->interrupt(shell_, request); });
}

}  // namespace hermit
