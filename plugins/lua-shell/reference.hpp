// The functions of Lua's standard library and of the module `hermit`, each with its signature and a
// sentence. The words are this project's own; the manual has the whole truth.
#pragma once

#include <span>
#include <string_view>

struct lua_State;

namespace hermit::lua_shell {

struct Reference {
  const char* name;       // such as "string.rep"; methods of files are "file:read"
  const char* signature;  // such as "(s, n [, sep])"
  const char* sentence;
};

// All entries, sorted by name.
std::span<const Reference> references();

// Notes which function values the entries are about. Runs protected.
void install_reference(lua_State* L);

// The entry about the function at stack index `index`, or null. Does not raise.
const Reference* reference_of(lua_State* L, int index);

}  // namespace hermit::lua_shell
