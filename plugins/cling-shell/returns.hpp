// Finds `return` where there is nothing to return from. Clang passes over such a statement without a word.
#pragma once

#include <vector>

#include "clang.hpp"

namespace hermit::cling_shell {

// Where `return` stands in a cell outside of all functions and lambdas. A bracket of which the tokens alone
// do not tell what it opens counts as that of a function.
std::vector<clang::SourceLocation> returns_from_nothing(const std::vector<clang::Token>& tokens);

}  // namespace hermit::cling_shell
