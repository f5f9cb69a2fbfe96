// JSON: writing Lua values, and reading the few simple ones that settings are.
#pragma once

#include <string>
#include <string_view>

struct lua_State;

namespace hermit::lua_shell {

// Appends the value at stack index `index` as JSON text. A table is an array when its keys are 1 to n or its
// metatable's __jsontype is "array", else an object; hermit.null is null. Tables are read raw.
// Raises when the value has no JSON form: to be called under protect(), with `out` owned outside.
void append_json(lua_State* L, int index, std::string& out);

// Appends text as a JSON string; invalid UTF-8 is replaced.
void append_json_string(std::string_view text, std::string& out);

// The integer that a JSON text is; `otherwise` when it is none.
long long json_integer(std::string_view json, long long otherwise);

}  // namespace hermit::lua_shell
