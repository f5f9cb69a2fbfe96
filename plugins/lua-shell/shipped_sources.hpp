// The text of the files in lua/, made by CMakeLists.txt.
#pragma once

#include "shipped.hpp"

namespace hermit::lua_shell {

inline constexpr ShippedModule shipped_modules[] = {
#include "lua_modules.inc"
};

}  // namespace hermit::lua_shell
