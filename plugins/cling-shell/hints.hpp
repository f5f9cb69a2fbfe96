// What helps against an error of Clang's, in one line: the header that a name of the standard library stands
// in.
#pragma once

#include <string>
#include <string_view>

namespace clang {
class Preprocessor;
}

namespace hermit::cling_shell {

// A hint for an error with this message, or "".
std::string hint_for(std::string_view message, const clang::Preprocessor& preprocessor);

}  // namespace hermit::cling_shell
