// What the source text around a function tells about it.
#pragma once

#include <string>
#include <string_view>

namespace hermit::lua_shell {

// The comment that stands directly above line `line` of `code`, without its dashes; "" when there is none.
std::string comment_above(std::string_view code, int line);

// The lines from `first` to `last`, both counted from 1.
std::string_view lines_of(std::string_view code, int first, int last);

}  // namespace hermit::lua_shell
