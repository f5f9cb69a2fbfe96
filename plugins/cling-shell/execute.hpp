// Running code beside that of cells.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hermit/values.hpp"

namespace hermit::cling_shell {

struct Session;

// Compiles and runs code of the shell's own, such as the prelude where it is not precompiled, with
// `compiling` held. Returns false and says why when that cannot be done.
bool run_own(Session& session, std::string_view code, std::string& why);

// Calls code of cells, as it is called by a client's message, with the guards that a cell has.
sdk::Outcome call_guarded(Session& session, hermit_request request, const std::function<void()>& call);

}  // namespace hermit::cling_shell
