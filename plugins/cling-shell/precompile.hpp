// The prelude, precompiled: kept in the user's cache folder under a name that stands for all it depends on.
#pragma once

#include <string>

#include "compiler.hpp"

namespace hermit::cling_shell {

// The path of the precompiled prelude for the options. Makes it first if need be. Returns "" when it cannot
// be made or used: the session then reads the headers.
std::string precompiled_prelude(const CompilerOptions& options);

}  // namespace hermit::cling_shell
