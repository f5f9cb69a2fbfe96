// Inspection: what the name at the cursor is, also while a cell runs.
#pragma once

#include <string_view>

#include "hermit/hermit.h"

namespace hermit::cling_shell {

struct Session;

// See hermit_shell_inspect.
hermit_status inspect(Session& session, hermit_request request, std::string_view code, size_t cursor,
                      uint32_t detail, const hermit_bundle_sink& sink);

}  // namespace hermit::cling_shell
