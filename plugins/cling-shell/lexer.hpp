// Code looked at word by word, without understanding it: enough to see whether it is whole, and where its
// lines begin a statement.
#pragma once

#include <string_view>
#include <vector>

#include "hermit/values.hpp"

namespace hermit::cling_shell {

// Whether code is whole, as a console wants to know. Looks at brackets, quotes, comments, conditions of the
// preprocessor, and at how the last line ends. Never hangs.
sdk::Completeness judge(std::string_view code);

// Where the statement that `cursor` is in begins, and how many brackets are open there.
struct Position {
  size_t begin = 0;
  unsigned depth = 0;
  bool is_code = true;  // no comment, no text in quotes
};
Position position_of(std::string_view code, size_t cursor);

// The offsets of the lines at which a statement begins, or could.
std::vector<size_t> statement_lines(std::string_view code);

}  // namespace hermit::cling_shell
