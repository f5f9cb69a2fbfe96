// Pragmas that are about the file they stand in, which a cell has none of.
#pragma once

#include "clang.hpp"

namespace hermit::cling_shell {

// From now on `#pragma once` and `#pragma GCC system_header` count in headers only; Clang looks for the file
// of a cell and finds nothing to look into.
void keep_pragmas_to_files(clang::Preprocessor& preprocessor);

}  // namespace hermit::cling_shell
