#include "shell/abi_shell.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

// Compile-time facts of this build, told to each shell.
constexpr std::string_view host_name = "hermit";

hermit_host_info host_info() {
  return {sizeof(hermit_host_info), HERMIT_ABI_MAJOR,    HERMIT_ABI_MINOR, 0,
          lend(host_name),          lend(HERMIT_VERSION)};
}

void keep_text(void* context, hermit_text text) { *static_cast<std::string*>(context) = view(text); }

}  // namespace

// Calls into the shell: what it throws is logged, and a status above `highest` is none of this call's.
template <class Call>
hermit_status AbiShell::guarded(const char* function, hermit_status highest, Call call) {
  try {
    const hermit_status status = call();
    if (status >= HERMIT_FAILED && status <= highest) return status;
    log::error("SHELL_MISBEHAVING {}: {} returned the status {}, which it may not", manifest_.name, function,
               status);
  } catch (const std::exception& error) {
    log::error("SHELL_MISBEHAVING {}: {} let an exception out: {}", manifest_.name, function, error.what());
  } catch (...) {
    log::error("SHELL_MISBEHAVING {}: {} let an exception out", manifest_.name, function);
  }
  return HERMIT_FAILED;
}

AbiShell::AbiShell(const hermit_shell_entry_type& entry, ShellHost& host, Manifest manifest)
    : table_(*entry.shell), manifest_(std::move(manifest)), host_(host, manifest_.name) {}

Result<std::unique_ptr<Shell>> AbiShell::create(const hermit_shell_entry_type& entry, ShellHost& host,
                                                std::string origin) {
  auto manifest = parse_manifest(entry.manifest);
  if (!manifest) return Error{origin + ": " + manifest.error().message, manifest.error().exit};
  for (const auto& id : manifest->required_extensions) {
    if (!HostTables::offers(id)) {
      return Error{
          origin + ": requires \"" + id +
              "\", which this host does not have; hermit " HERMIT_VERSION " offers: " + HostTables::offered(),
          Exit::bad_shell};
    }
  }
  std::unique_ptr<AbiShell> shell(new AbiShell(entry, host, std::move(*manifest)));
  if (auto started = shell->start(origin); !started) return started.error();
  return std::unique_ptr<Shell>(std::move(shell));
}

Result<void> AbiShell::start(const std::string& origin) {
  const hermit_host_info info = host_info();
  std::string why;
  const hermit_text_sink sink{&why, keep_text};
  hermit_shell* made = nullptr;
  const auto status =
      guarded("create", HERMIT_OK, [&] { return table_.create(&info, host_.table(), &made, &sink); });
  if (status != HERMIT_OK || made == nullptr) {
    std::replace(why.begin(), why.end(), '\n', ' ');
    return Error{origin + ": the shell failed to start: " + (why.empty() ? "it gave no reason" : why),
                 Exit::shell_start};
  }
  shell_ = made;
  const auto find = [&](const char* id, auto*& table) {
    guarded("extension", HERMIT_OK, [&] {
      table = static_cast<std::remove_reference_t<decltype(table)>>(table_.extension(shell_, lend(id)));
      return HERMIT_OK;
    });
  };
  find(HERMIT_EXT_COMPLETE, complete_);
  find(HERMIT_EXT_EVALUATE, evaluate_);
  find(HERMIT_EXT_INSPECT, inspect_);
  find(HERMIT_EXT_INTERRUPT, interrupt_);
  find(HERMIT_EXT_IS_COMPLETE, is_complete_);
  return {};
}

AbiShell::~AbiShell() {
  if (shell_ == nullptr) return;
  guarded("destroy", HERMIT_OK, [&] {
    table_.destroy(shell_);
    return HERMIT_OK;
  });
}

hermit_status AbiShell::execute(hermit_request request, const hermit_cell& cell) {
  return guarded("execute", HERMIT_INTERRUPTED, [&] { return table_.execute(shell_, request, &cell); });
}

hermit_status AbiShell::evaluate(hermit_request request, std::string_view expression,
                                 const hermit_bundle_sink& value, const hermit_error_sink& error) {
  if (evaluate_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded("evaluate", HERMIT_INTERRUPTED,
                 [&] { return evaluate_->evaluate(shell_, request, lend(expression), &value, &error); });
}

hermit_status AbiShell::complete(std::string_view code, std::uint64_t cursor,
                                 const hermit_match_sink& matches) {
  if (complete_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded("complete", HERMIT_OK,
                 [&] { return complete_->complete(shell_, lend(code), cursor, &matches); });
}

hermit_status AbiShell::inspect(std::string_view code, std::uint64_t cursor, std::uint32_t detail,
                                const hermit_bundle_sink& description) {
  if (inspect_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded("inspect", HERMIT_OK,
                 [&] { return inspect_->inspect(shell_, lend(code), cursor, detail, &description); });
}

hermit_status AbiShell::is_complete(std::string_view code, std::uint32_t& completeness,
                                    const hermit_text_sink& indent) {
  if (is_complete_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded("is_complete", HERMIT_OK,
                 [&] { return is_complete_->is_complete(shell_, lend(code), &completeness, &indent); });
}

hermit_status AbiShell::interrupt(hermit_request request) {
  if (interrupt_ == nullptr) return HERMIT_UNSUPPORTED;
  return guarded("interrupt", HERMIT_OK, [&] { return interrupt_->interrupt(shell_, request); });
}

}  // namespace hermit
