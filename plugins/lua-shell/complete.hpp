// Completion: what can stand at the cursor, from live values and from the words of the cell.
#pragma once

#include <string_view>

#include "hermit/ext/complete.h"

namespace hermit::lua_shell {

struct Session;

// See hermit_shell_complete. [introspection-thread]
hermit_status complete(Session& session, hermit_request request, std::string_view code, size_t cursor,
                       const hermit_match_sink& sink);

}  // namespace hermit::lua_shell
