// The frames of a Lua stack, taken down while they exist, to be shown in a traceback later.
#pragma once

#include <string>
#include <vector>

struct lua_State;

namespace hermit::lua_shell {

struct Frame {
  std::string source;     // as in error messages, such as "cell [3]", or "[C]"
  int line = -1;          // the line that executes, or -1
  std::string name;       // of the function, or "" when Lua knows none
  int defined_at = -1;    // the line where the function begins, or -1
  bool is_chunk = false;  // the frame of a whole cell or file
  bool is_tail_call = false;
};

struct Frames {
  std::vector<Frame> list;   // the innermost first
  size_t skipped_after = 0;  // how many of `list` stand before the gap
  int skipped = 0;           // how many frames the gap leaves out
};

// Replaces `frames` by the stack of `L` from `level` on; of a very deep one both ends.
// Neither raises nor throws: it serves inside message handlers, also when the stack has overflowed.
void take_frames(lua_State* L, int level, Frames& frames) noexcept;

}  // namespace hermit::lua_shell
