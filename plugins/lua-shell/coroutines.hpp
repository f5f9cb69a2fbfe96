// The functions in `coroutine` of this shell. They do what Lua's do, and tell which coroutine executes, so
// that hooks find it; they keep the stack of one that failed; and they let a cell be suspended as a whole
// (suspension.hpp).
#pragma once

struct lua_State;

namespace hermit::lua_shell {

// Replaces the functions in `coroutine`. Runs protected.
void install_coroutines(lua_State* L);

// Whether the value at the top of the stack is the one with which a coroutine of the lane failed last,
// perhaps with a position put before it on the way, so that Lane::coroutine_frames tell where it came from.
// Does not raise.
bool is_coroutine_error(lua_State* L);

}  // namespace hermit::lua_shell
