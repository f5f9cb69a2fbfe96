// Inspection: what the name at the cursor stands for.
#pragma once

#include <cstdint>
#include <string_view>

#include "hermit/ext/inspect.h"

namespace hermit::lua_shell {

struct Session;

// See hermit_shell_inspect. [introspection-thread]
hermit_status inspect(Session& session, hermit_request request, std::string_view code, size_t cursor,
                      uint32_t detail, const hermit_bundle_sink& sink);

}  // namespace hermit::lua_shell
