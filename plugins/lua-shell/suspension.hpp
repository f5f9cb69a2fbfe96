// Suspending a cell as a whole, so that the OS thread can run others meanwhile: the function that sleeps
// yields, each coroutine.resume and coroutine.wrap on the way yields in its turn (coroutines.cpp), and
// the cell's own coroutine is left. Going on, they all enter again what they had entered. Coroutines of the
// user's take no notice. Where a function of C stands in between, the OS thread waits.
#pragma once

#include <chrono>

struct lua_State;

namespace hermit::lua_shell {

// Ends a function that Lua has called by letting `seconds` pass: to be used as `return pause(L, seconds)`.
// Raises the interrupt of the cell. No object with a destructor may be alive in the caller.
int pause(lua_State* L, double seconds);

// Waits on this OS thread, without the state, until the time is over or the cell is interrupted.
void wait_here(lua_State* L, std::chrono::microseconds time);

}  // namespace hermit::lua_shell
