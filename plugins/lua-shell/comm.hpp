// Comms: what a client sends reaches the handlers of Lua code, and the other way round. The objects and the
// tables of targets and comms are in lua/comm.lua; here is its way to the host and back.
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Pushes the table of functions that lua/comm.lua is given.
void push_comm_functions(lua_State* L);

}  // namespace hermit::lua_shell
