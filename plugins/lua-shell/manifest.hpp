// The manifest: everything about the Lua shell that is known before any of its code runs.
#pragma once

namespace hermit::lua_shell {

// A JSON object as sdk/include/hermit/shell.h describes it, terminated by a NUL.
extern const char manifest[];

}  // namespace hermit::lua_shell
