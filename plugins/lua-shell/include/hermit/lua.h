/*
 * The Lua shell, linked into a program that embeds Hermit (CMake: hermit::lua-shell). Give an entry to
 * hermit_options.shell.
 */
#ifndef HERMIT_LUA_H
#define HERMIT_LUA_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a Lua state of its own. hermit_options.shell_context is NULL. */
extern const hermit_shell_entry_type hermit_lua_shell_entry;

/* Runs cells in a Lua state of the program's: hermit_options.shell_context is the lua_State*, which has the standard
 * libraries and outlives the kernel. It stays the program's. What cells define, the program sees, and the other way
 * round.
 *
 * While the kernel runs, only the thread of its lane uses the state: pump the kernel on the program's own thread,
 * or leave the state to it. Everything is run there one after another, completion too. What Lua code
 * prints goes to the notebook, when no cell runs to the cell that ran last, before the first cell to where it went
 * before; os.exit is refused. The extra space
 * (lua_getextraspace), the allocator and, while a cell runs, the hook of the state are the shell's; the program has the
 * allocator and its functions back when the kernel ends. Functions of the shell's that Lua code has kept raise an
 * error from then on. */
extern const hermit_shell_entry_type hermit_lua_state_entry;

#ifdef __cplusplus
}
#endif
#endif
