// Comms: what a client sends reaches the handlers of Lua code, and the other way round. The objects and the
// tables of targets and comms are in lua/comm.lua; here is its way to the host and back.
#pragma once

#include "hermit/hermit.h"

struct lua_State;

namespace hermit::lua_shell {

struct Session;

// What a client has done; see hermit_shell_comm_handler.
enum class CommEvent { opened, received, closed };

// Calls the handler for it. Returns as the functions of hermit_shell_comm_handler do. [comm-thread]
hermit_status serve_comm(Session& session, hermit_request request, CommEvent event,
                         const hermit_comm_message& message);

// Pushes the table of functions that lua/comm.lua is given.
void push_comm_functions(lua_State* L);

}  // namespace hermit::lua_shell
