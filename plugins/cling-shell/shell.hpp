// The shell as the host sees it: a class of the SDK's layer. Each function stands in the file of what it
// does.
#pragma once

#include <memory>

#include "hermit/shell.hpp"
#include "session.hpp"

namespace hermit::cling_shell {

// The main shell, or a subshell, which shares its session.
class CppShell final : public sdk::Shell {
 public:
  explicit CppShell(const sdk::Host& host);
  // `number`: that of the subshell, 0 for the main shell.
  CppShell(std::shared_ptr<Session> session, unsigned number);

  sdk::Outcome execute(const sdk::Cell& cell) override;
  void interrupt(hermit_request request) override { session_->interrupts.ask(request); }
  sdk::Outcome evaluate(hermit_request request, std::string_view expression) override;
  sdk::Completion complete(const sdk::Question& question) override;
  std::optional<sdk::Bundle> inspect(const sdk::Question& question, bool everything) override;
  sdk::Completeness is_complete(hermit_request request, std::string_view code) override;
  std::unique_ptr<Shell> make_subshell() override;
  sdk::Outcome comm(hermit_request request, sdk::CommEvent event, const sdk::CommMessage& message) override;

 private:
  const std::shared_ptr<Session> session_;
  const unsigned number_;
};

}  // namespace hermit::cling_shell
