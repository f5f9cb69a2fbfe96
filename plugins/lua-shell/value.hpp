// Lua values as text that people read: a picture of the value is taken while the state is held, and laid
// out afterwards (layout.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct lua_State;

namespace hermit::lua_shell {

// How much of a value is shown.
struct ValueLimits {
  int depth = 6;      // levels of tables
  int items = 100;    // items of one table
  int total = 5'000;  // items of all tables together
  int text = 2'000;   // bytes of a string inside a table
};

// A value, or an item of a table. Items form a tree by index into ValuePicture::nodes.
struct ValueNode {
  std::string key;   // "x = " or "[10] = "; empty for an item known by its place
  std::string text;  // the value; of a table: what stands before its brace, such as the type's name
  bool is_table = false;
  int first_item = -1;
  int next_item = -1;
};

struct ValuePicture {
  std::vector<ValueNode> nodes;  // the root first
};

// Whether functions of the user's may be called to show a value.
enum class UserCode { allowed, forbidden };

// Takes a picture of the value at stack index `index` of `L`. Tables are traversed raw; __tostring is
// called if `user_code` allows it, and its errors are shown instead of raised. Raises only the interrupt of
// the running cell and "not enough memory": to be called under protect(), with `picture` owned outside.
void take_picture(lua_State* L, int index, const ValueLimits& limits, UserCode user_code,
                  ValuePicture& picture);

// Appends a string as Lua source text: in quotes, with escapes, valid UTF-8 as it is.
void append_quoted(std::string_view text, std::string& out);

// Appends a number as tostring shows it. The value at `index` is a number.
void append_number(lua_State* L, int index, std::string& out);

}  // namespace hermit::lua_shell
