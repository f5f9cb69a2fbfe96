// Reading JSON into Lua values.
#pragma once

#include <string_view>

struct lua_State;

namespace hermit::lua_shell {

// Pushes the value that a JSON text stands for: null is hermit.null, and an empty array remembers by its
// metatable that it is one, so that append_json() gives back what was read. Numbers without fraction and
// exponent are integers where they fit. Raises when the text is no JSON: to be called under protect().
void push_json(lua_State* L, std::string_view json);

}  // namespace hermit::lua_shell
