// What Lua code asks the user: io.read and reading from io.stdin, a line at a time.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Replaces io.read, io.lines and the methods read and lines of files. Runs protected.
void install_input(lua_State* L);

// Asks the user for a line and pushes it. The prompt is the string at `prompt`, or none when that is 0.
// Raises when the client cannot be asked, and when the cell is interrupted.
void ask_line(lua_State* L, int prompt, bool password);

}  // namespace hermit::lua_shell
