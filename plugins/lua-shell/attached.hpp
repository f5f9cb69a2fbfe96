// A session in a Lua state that belongs to the program Hermit is embedded in.
#pragma once

#include <memory>

#include "hermit/host.hpp"

struct lua_State;

namespace hermit::lua_shell {

struct Session;

// Makes the state the shell's; throws a Refusal when it cannot. When nobody has what it returned any more,
// the program gets its functions and its allocator back, and nothing reaches the host. The session stays in
// the state until that is closed, and is used again by the next call: what Lua code has kept of it stays
// callable. [main-thread]
std::shared_ptr<Session> attach(const sdk::Host& host, lua_State* state);

}  // namespace hermit::lua_shell
