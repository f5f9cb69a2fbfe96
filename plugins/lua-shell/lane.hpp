// A lane: the way of one cell, or of one question about the code, into the Lua state. Each has a Lua thread
// of its own, so that cells can be inside the state at the same time: those of one OS thread take turns
// when they sleep, those of several OS threads hand the state over (state_lock.hpp).
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "frames.hpp"
#include "hermit/abi.h"

struct lua_State;

namespace hermit::lua_shell {

// How a lane is shared: the thread that runs its cell owns everything but the atomics.
struct Lane {
  // The Lua thread that the lane's calls begin on; anchored in the state as long as the lane uses it.
  lua_State* state = nullptr;

  // The coroutine that executes on this lane now, or null while no user code does. Written by the lane's
  // thread through HookGate::enter, read by others under the gate.
  std::atomic<lua_State*> running{nullptr};

  // The request of the cell, or HERMIT_NO_REQUEST. Set by Interrupts::begin.
  hermit_request request = HERMIT_NO_REQUEST;

  // Set when the cell is asked to end, for good. Written by Interrupts under its lock.
  std::atomic<bool> interrupted{false};

  // Set when the interrupt has been raised. Guarded by the lock of Interrupts.
  bool is_noticed = false;

  // Whether the cell waits for the host to resume it.
  std::atomic<bool> is_pending{false};

  // How often the interrupt has been raised as an error in this cell.
  int raised = 0;

  // Whether the cell has written with io.write or a method of a standard file.
  bool has_written = false;

  bool allows_input = false;
  bool is_silent = false;

  // Whether the cell may give the OS thread back while it sleeps.
  bool may_suspend = false;

  // Set while the coroutine that executes is being left for good.
  bool is_left = false;

  // How long the cell is to be suspended; set while it is being left for that.
  std::optional<std::chrono::microseconds> pause;

  // What io.read has of the line typed last and has not handed out.
  std::string typed;

  // Where print joins its arguments; kept so that it allocates once.
  std::string text;

  // How the code on the lane has ended, as lua_pcall returns it.
  int end_status = 0;

  // Where the error or interrupt that ends the cell came from.
  Frames error_frames;
  Frames interrupt_frames;

  // The stack of the coroutine that failed last.
  Frames coroutine_frames;
};

}  // namespace hermit::lua_shell
