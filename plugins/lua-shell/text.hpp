// Words for text: UTF-8 that is valid whatever Lua strings hold, and names.
#pragma once

#include <string>
#include <string_view>

namespace hermit::lua_shell {

// The number of bytes of the UTF-8 character that begins at `at`, or 0 when there is no valid one.
size_t character_size(std::string_view text, size_t at);

bool is_utf8(std::string_view text);

// `text` with each byte that belongs to no valid character replaced by U+FFFD.
std::string repaired(std::string_view text);

// A letter, digit or underscore, which is what Lua's names are made of.
bool is_name_byte(char byte);

// Whether `text` can stand after a dot: a name, and no keyword.
bool is_identifier(std::string_view text);

}  // namespace hermit::lua_shell
