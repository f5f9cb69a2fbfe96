// Words for text: from and to the ABI's slices, and UTF-8 that is valid whatever Lua strings hold.
#pragma once

#include <string>
#include <string_view>

#include "hermit/abi.h"

namespace hermit::lua_shell {

// The text of the ABI as C++ sees it. Lent as long as `text` is.
inline std::string_view view(hermit_text text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}

// The other way round; `text` has to outlive the result.
inline hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }

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
