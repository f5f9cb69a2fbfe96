// The few lines of the shell that are written in Lua, because only Lua can make a tail call.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// The name of the chunk; frames of it are left out of tracebacks.
extern const char prelude_source[];

// Pushes a function that takes a message handler and returns one that does the same, but lets an
// interrupt through unhandled. `is_interrupt` is the stack index of a function that recognizes one.
void push_handler_wrapper(lua_State* L, int is_interrupt);

}  // namespace hermit::lua_shell
