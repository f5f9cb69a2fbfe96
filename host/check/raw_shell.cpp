#include "check/raw_shell.hpp"

#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

void keep_text(void* context, hermit_text text) { *static_cast<std::string*>(context) = view(text); }

}  // namespace

const std::vector<std::string_view> shell_extensions{
    HERMIT_EXT_COMM_HANDLER, HERMIT_EXT_COMPLETE,  HERMIT_EXT_EVALUATE,
    HERMIT_EXT_HISTORY,      HERMIT_EXT_INSPECT,   HERMIT_EXT_INTERRUPT,
    HERMIT_EXT_IS_COMPLETE,  HERMIT_EXT_SUBSHELLS, HERMIT_EXT_TASKS};

RawShell::RawShell(const hermit_shell_entry_type& entry, Recorder& recorder)
    : entry_(entry),
      recorder_(recorder),
      tables_(HostTables::make(recorder, "the shell")),
      host_(*tables_.table()) {}

RawShell::~RawShell() { destroy(); }

hermit_status RawShell::create() {
  const hermit_host_info info{sizeof info, HERMIT_ABI_MAJOR,     HERMIT_ABI_MINOR,
                              0,           lend("hermit check"), lend(HERMIT_VERSION)};
  return create(info);
}

hermit_status RawShell::create(const hermit_host_info& info) {
  const hermit_text_sink why{&why_, keep_text};
  return entry_.shell->create(&info, &host_, &shell_, &why);
}

Ran RawShell::run(std::string_view code) const {
  Ran ran;
  ran.request = recorder_.open();
  ran.status =
      execute(ran.request, {lend(code), {nullptr, 0}, 1, HERMIT_CELL_STORE_HISTORY, HERMIT_RUN_QUEUE});
  ran.heard = recorder_.heard(ran.request);
  recorder_.close(ran.request);
  return ran;
}

void RawShell::destroy() {
  if (shell_ != nullptr) entry_.shell->destroy(shell_);
  shell_ = nullptr;
  tables_.close();
}

}  // namespace hermit::check
