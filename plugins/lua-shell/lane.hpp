// A lane: one thread's way into the Lua state. Cells run on one, introspection has another; subshells
// and cells on threads of their own will each bring one more.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "frames.hpp"
#include "hermit/abi.h"

struct lua_State;

namespace hermit::lua_shell {

// How a cell is shared: the thread of the lane owns everything but the atomics.
struct Lane {
  // The Lua thread that the lane's calls begin on; anchored in the state as long as the lane lives.
  lua_State* state = nullptr;

  // The coroutine that executes on this lane now, or null while no user code does. Written by the lane's
  // thread through HookGate::enter, read by others under the gate.
  std::atomic<lua_State*> running{nullptr};

  // The request of the cell that runs, or HERMIT_NO_REQUEST. Written by Interrupts under its mutex.
  std::atomic<hermit_request> request{HERMIT_NO_REQUEST};

  // Set when that cell is asked to end, until it has. Written by Interrupts under its mutex.
  std::atomic<bool> interrupted{false};

  // Whether the interrupt has been raised as an error in this cell, and how often.
  int raised = 0;

  bool allows_input = false;
  bool is_silent = false;

  // What io.read has of the line typed last and has not handed out.
  std::string typed;

  // Where print joins its arguments; kept so that it allocates once.
  std::string text;

  // Where the error or interrupt that ends the cell came from.
  Frames error_frames;
  Frames interrupt_frames;

  // The stack of the coroutine that failed last.
  Frames coroutine_frames;
};

}  // namespace hermit::lua_shell
