// Walks a Lua stack with functions of the Lua API that allocate nothing and raise nothing.
#include "frames.hpp"

#include <cstring>
#include <exception>
#include <lua.hpp>

#include "prelude.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// How many frames are kept at each end of a deep stack.
constexpr int shown_innermost = 12;
constexpr int shown_outermost = 11;

// The number of frames of the stack, found by bisection since walking to one costs its depth.
int depth_of(lua_State* L) {
  lua_Debug record;
  int low = 0;
  int high = 1;
  while (lua_getstack(L, high, &record) != 0) {
    low = high;
    high *= 2;
  }
  while (low + 1 < high) {
    const int middle = low + (high - low) / 2;
    (lua_getstack(L, middle, &record) != 0 ? low : high) = middle;
  }
  return lua_getstack(L, low, &record) != 0 ? high : low;
}

void add_frame(lua_State* L, lua_Debug& record, Frames& frames) {
  if (lua_getinfo(L, "Slnt", &record) == 0) return;
  if (std::strcmp(record.source, prelude_source) == 0) return;
  Frame frame;
  frame.source = record.short_src;
  frame.line = record.currentline;
  frame.name = record.name == nullptr ? "" : record.name;
  frame.defined_at = record.linedefined;
  frame.is_chunk = std::strcmp(record.what, "main") == 0;
  frame.is_tail_call = record.istailcall != 0;
  frames.list.push_back(std::move(frame));
}

}  // namespace

void take_frames(lua_State* L, int level, Frames& frames) noexcept {
  frames.list.clear();
  frames.skipped = 0;
  try {
    // What a cell's own coroutine begins with is a function of the shell's.
    const int depth = depth_of(L) - (role_of(L) == Role::cell ? 1 : 0);
    lua_Debug record;
    for (; level < depth; ++level) {
      const bool is_deep =
          depth - level > shown_outermost && frames.list.size() >= static_cast<size_t>(shown_innermost);
      if (is_deep && frames.skipped == 0) {
        frames.skipped_after = frames.list.size();
        frames.skipped = depth - level - shown_outermost;
        level = depth - shown_outermost;
      }
      if (lua_getstack(L, level, &record) == 0) break;
      add_frame(L, record, frames);
    }
  } catch (const std::exception&) {
    // Out of memory: a shorter traceback is the best that can be had.
  }
}

}  // namespace hermit::lua_shell
