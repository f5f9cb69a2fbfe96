// Completion, also while a cell runs.
#pragma once

#include <string_view>

#include "hermit/hermit.h"

namespace hermit::cling_shell {

struct Session;

// See hermit_shell_complete.
hermit_status complete(Session& session, hermit_request request, std::string_view code, size_t cursor,
                       const hermit_match_sink& sink);

}  // namespace hermit::cling_shell
