// The shell as the host sees it: a class of the SDK's layer. Each function stands in the file of what it
// does.
#pragma once

#include <memory>
#include <unordered_map>

#include "cell.hpp"
#include "hermit/shell.hpp"
#include "session.hpp"

namespace hermit::lua_shell {

// The main shell, or a subshell, which shares its session.
class LuaShell final : public sdk::Shell {
 public:
  explicit LuaShell(const sdk::Host& host);
  // `subshell`: its number, 0 for the main shell.
  LuaShell(std::shared_ptr<Session> session, unsigned subshell);

  sdk::Outcome execute(const sdk::Cell& given) override;
  sdk::Outcome resume(hermit_request request) override;
  void interrupt(hermit_request request) override { session_->interrupts.ask(request); }
  sdk::Outcome evaluate(hermit_request request, std::string_view expression) override;
  sdk::Completion complete(const sdk::Question& question) override;
  std::optional<sdk::Bundle> inspect(const sdk::Question& question, bool everything) override;
  // Does not wait for a cell that runs.
  sdk::Completeness is_complete(hermit_request request, std::string_view code) override;
  std::unique_ptr<Shell> make_subshell() override;
  sdk::Outcome comm(hermit_request request, sdk::CommEvent event, const sdk::CommMessage& message) override;

 private:
  const std::shared_ptr<Session> session_;
  const unsigned subshell_;
  std::unordered_map<hermit_request, std::unique_ptr<Cell>> sleeping_;  // on the shell thread
};

}  // namespace hermit::lua_shell
