// Running cells, those that sleep included, and evaluating expressions.
#pragma once

#include <memory>
#include <unordered_map>

#include "cell.hpp"
#include "hermit/hermit.h"

namespace hermit::lua_shell {

struct Session;

// What a shell or subshell has beside the session: the cells that sleep.
class Runner {
 public:
  // `subshell`: its number, 0 for the main shell.
  Runner(Session& session, unsigned subshell) : session_(session), subshell_(subshell) {}

  // See hermit_shell_table.execute. [shell-thread, or a thread of the cell's own]
  hermit_status execute(hermit_request request, const hermit_cell& given);

  // See hermit_shell_tasks.resume. [shell-thread]
  hermit_status resume(hermit_request request);

 private:
  Session& session_;
  const unsigned subshell_;
  std::unordered_map<hermit_request, std::unique_ptr<Cell>> sleeping_;  // on the shell thread
};

// See hermit_shell_evaluate. [shell-thread, or that of the cell]
hermit_status evaluate(Session& session, hermit_request request, hermit_text expression,
                       const hermit_bundle_sink& value, const hermit_error_sink& error);

}  // namespace hermit::lua_shell
