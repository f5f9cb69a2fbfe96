// Lua threads for lanes: taken from a store, given back, and kept for the next.
#pragma once

#include <cstddef>

struct lua_State;

namespace hermit::lua_shell {

struct Lane;
struct Session;

// How many are kept. More cells at once are rare, and making a thread takes a microsecond.
constexpr size_t most_spare_threads = 16;

// Gives the lane a Lua thread with an empty stack. Returns false when there is not enough memory.
// The lane has the state.
bool open_lane(Session& session, Lane& lane);

// Takes the thread away again, with whatever is on it; a coroutine that has not ended is dropped as the
// collector drops it. The lane has the state.
void close_lane(Session& session, Lane& lane);

// The state, which the lane has acquired, held for one call into it. The lane has no thread when there is not
// enough memory.
class Turn {
 public:
  Turn(Session& session, Lane& lane);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Session& session_;
  Lane& lane_;
};

// Runs the function that is the whole stack of the lane's thread; or goes on with it, when it was suspended.
// Returns LUA_OK with its results on the stack, LUA_YIELD when it is to be suspended, or the status of an
// error whose value is on the stack, with its frames in Lane::error_frames. What is to be closed has been
// closed.
int run_lane(Session& session, Lane& lane);

// Resets a coroutine that has failed or yielded: what is to be closed is closed. Returns the status of the
// coroutine's end, with the error value on its stack unless that is LUA_OK. `from` is the coroutine that
// runs, or null. Runs user code.
int reset_thread(lua_State* thread, lua_State* from);

// The address that is the key in the registry of the value with which a coroutine of this lane failed
// last. While there is none it holds false, so that storing a value never has to allocate.
const void* coroutine_error_key(const Lane& lane);

}  // namespace hermit::lua_shell
