// Running cells and evaluating expressions.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hermit/hermit.h"
#include "lane.hpp"

namespace hermit::cling_shell {

struct Session;

// See hermit_shell_table.execute. `subshell`: its number, 0 for the main shell.
hermit_status execute(Session& session, hermit_request request, const hermit_cell& cell, unsigned subshell);

// Compiles and runs code of the shell's own, such as the prelude where it is not precompiled, with
// `compiling` held. Returns false and says why when that cannot be done.
bool run_own(Session& session, std::string_view code, std::string& why);

// Calls code of cells, as it is called by a client's message, with the guards that a cell has.
hermit_status call_guarded(Session& session, hermit_request request, const std::function<void()>& call);

// See hermit_shell_evaluate.
hermit_status evaluate(Session& session, hermit_request request, hermit_text expression,
                       const hermit_bundle_sink& value, const hermit_error_sink& error);

}  // namespace hermit::cling_shell
