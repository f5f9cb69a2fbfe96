// Errors of the user's code as a notebook shows them: name, message and traceback with lines of source.
#pragma once

#include <string>
#include <string_view>

#include "compile.hpp"
#include "frames.hpp"
#include "hermit/values.hpp"

struct lua_State;

namespace hermit::lua_shell {

struct Lane;
struct Session;

// The message handler of expressions: takes the frames down in Lane::error_frames, and leaves the error as it
// is.
int note_error(lua_State* L);

// Reports an error that ended running code, with the error value at the top of the stack, which is removed.
// May call __tostring of the value. Does not raise.
sdk::UserError report_error(lua_State* L, int status);

// Reports code that is no Lua.
sdk::UserError report_syntax_error(const CompileError& error, std::string_view code);

// Reports that the lane's cell was interrupted, as what has become of it.
sdk::Outcome interrupted(const Session& session, const Lane& lane);

// Reports what has no place in the code.
sdk::UserError report_text(std::string name, std::string value);

}  // namespace hermit::lua_shell
