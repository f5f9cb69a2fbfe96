// What Lua code prints: print, io.write and the file handles of the standard streams, all live.
#pragma once

#include <cstdint>
#include <string_view>

struct lua_State;

namespace hermit::lua_shell {

// Replaces print, io.write and the method write of files, and has warn write to stderr. Runs protected.
void install_output(lua_State* L);

// Whether the value at `index` is the file handle of a standard stream. Does not raise.
bool is_standard_file(lua_State* L, int index);

// Writes to HERMIT_STDOUT or HERMIT_STDERR of the cell that runs. The state is released meanwhile, since
// the host may wait for a slow client. Raises when the cell has been interrupted.
// `text` must stay valid while other lanes run.
void write_stream(lua_State* L, uint32_t stream, std::string_view text);

}  // namespace hermit::lua_shell
