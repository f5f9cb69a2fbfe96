// A session in a Lua state that belongs to the program Hermit is embedded in.
#pragma once

#include <memory>
#include <string>

#include "hermit/hermit.h"

struct lua_State;

namespace hermit::lua_shell {

struct Session;

// Makes the state the shell's until detach(). Returns null and says in `why` what is missing when it cannot.
// The session stays in the state until that is closed, and is used again by the next call: what Lua code has
// kept of it stays callable. [main-thread]
std::shared_ptr<Session> attach(const hermit_host* table, lua_State* state, std::string& why);

// Gives the program its functions and its allocator back. Nothing reaches the host any more. [main-thread]
void detach(Session& session);

}  // namespace hermit::lua_shell
