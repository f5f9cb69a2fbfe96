// Turns a cell into a Lua function that returns the value of the cell's last expression.
#pragma once

#include <string>
#include <string_view>

struct lua_State;

namespace hermit::lua_shell {

// Why code is no Lua.
struct CompileError {
  int status = 0;       // as lua_load returns it
  std::string message;  // as Lua words it, with chunk name and line
  size_t offset = 0;    // where in the code the word that Lua stumbled upon begins
  bool at_end = false;  // whether more text could make the code valid
};

// Compiles a cell and pushes the function. Returns false and fills `error` when that cannot be done.
// `name` is the chunk's name as lua_load takes it, such as "=cell [3]".
// Neither raises nor runs any of the code.
bool compile_cell(lua_State* L, const char* name, std::string_view code, CompileError& error);

// The same for an expression, or several with commas between them.
bool compile_expression(lua_State* L, const char* name, std::string_view code, CompileError& error);

}  // namespace hermit::lua_shell
