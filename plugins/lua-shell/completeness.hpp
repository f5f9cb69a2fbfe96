// Whether code that is being typed into a console is whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hermit/ext/is_complete.h"

namespace hermit::lua_shell {

struct Session;

struct Completeness {
  uint32_t code = HERMIT_CODE_UNKNOWN;
  std::string indent;  // of the next line, when the code is incomplete
};

// See hermit_shell_is_complete. Does not wait for a cell that runs. [introspection-thread]
Completeness judge(Session& session, std::string_view code);

}  // namespace hermit::lua_shell
