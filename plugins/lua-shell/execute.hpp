// Running cells and evaluating expressions.
#pragma once

#include "hermit/hermit.h"

namespace hermit::lua_shell {

struct Session;

// See hermit_shell_table.execute. [shell-thread]
hermit_status execute(Session& session, hermit_request request, const hermit_cell& cell);

// See hermit_shell_evaluate. [shell-thread]
hermit_status evaluate(Session& session, hermit_request request, hermit_text expression,
                       const hermit_bundle_sink& value, const hermit_error_sink& error);

}  // namespace hermit::lua_shell
