// Names at the cursor, as completion and inspection both need them: which words make up the name, and
// which live value they lead to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

struct lua_State;

namespace hermit::lua_shell {

// One step from a value to another: a field or an index.
struct Step {
  std::string field;
  long long index = 0;
  bool is_index = false;
};

// A name such as a.b["c"].word, cut in two: the owners a, b and c, and the word that stands at the cursor.
struct Name {
  bool is_code = true;  // false inside a comment or string
  size_t begin = 0;     // the bytes of the word; empty when there is none
  size_t end = 0;
  char separator = '\0';    // what stands before the word: '.', ':', '[' for an index being typed, or nothing
  bool is_known = true;     // false when the owner cannot be told without running code, as in f().word
  bool of_literal = false;  // the first owner is a string, as in ("text"):word
  std::vector<Step> owners;  // from a global, or from the literal, on
};

// Reads the name at byte offset `cursor`.
Name name_at(std::string_view code, size_t cursor);

// The offset just behind the name of the function whose arguments the cursor stands in, or npos.
size_t called_function(std::string_view code, size_t cursor);

// The names of local variables and parameters that can be seen at the end of `code`, the innermost first.
std::vector<std::string> visible_locals(std::string_view code);

// The following look at live values without running code of the user's: tables are read raw, __index is
// followed where it is a table. They may raise "not enough memory": to be called under protect().

// Pushes the value that the owners of the name lead to, or nil.
void push_owner(lua_State* L, const Name& name);

// Replaces the value at the top of the stack by its field, or nil.
void step_to(lua_State* L, const Step& step);

// Replaces the value at the top by the table in which its fields are looked up next: the table that is
// its metatable's __index. Returns false, and removes the value, when there is none.
bool next_table(lua_State* L);

// Appends the parameters of the function at `index`, such as "(a, b, ...)"; nothing when they are unknown.
// `is_method`: the first parameter is given by the colon.
void append_signature(lua_State* L, int index, bool is_method, std::string& out);

// How many tables are looked through along __index.
constexpr int longest_index_chain = 16;

}  // namespace hermit::lua_shell
