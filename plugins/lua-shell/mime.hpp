// Values in the forms a notebook can show: text always, and what a value offers of its own by __mime.
#pragma once

#include "hermit/values.hpp"
#include "value.hpp"

struct lua_State;

namespace hermit::lua_shell {

// What make_bundle fills. It is owned by whoever calls protect().
struct Showing {
  sdk::Bundle bundle;
  ValuePicture picture;
  std::string trouble;  // why __mime could not be used; empty when all went well
};

// Makes the bundle of the value at stack index `index`: the representations of its metatable's function
// __mime(value), which returns a table from mime type to data and perhaps a table of metadata, and always
// text/plain. An error in __mime is noted in `trouble` and does not keep the value from being shown.
// Runs user code. Raises the interrupt of the running cell; to be called under protect().
void make_bundle(lua_State* L, int index, Showing& showing);

// The same for several values side by side, as text.
void make_text(lua_State* L, int first, int last, Showing& showing);

}  // namespace hermit::lua_shell
