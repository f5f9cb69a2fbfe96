// Lays out the picture of a value: on one line when that is short, over several lines otherwise.
#pragma once

#include <string>

#include "value.hpp"

namespace hermit::lua_shell {

std::string lay_out(const ValuePicture& picture);

}  // namespace hermit::lua_shell
