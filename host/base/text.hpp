// Text: UTF-8 repaired, and positions in it translated. Jupyter counts code points, Hermit bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hermit {

// True when `text` is well-formed UTF-8. [any-thread]
bool is_utf8(std::string_view text);

// `text` with every ill-formed sequence replaced by U+FFFD. [any-thread]
std::string repaired_utf8(std::string_view text);

// The length of the longest beginning of `text` that does not end inside a character: all of it, or up
// to three bytes less when the last character is not whole yet. [any-thread]
std::size_t whole_characters(std::string_view text);

// The byte offset of the code point with index `position` in well-formed `text`; a position before the
// beginning or behind the end is taken for the beginning or the end. [any-thread]
std::size_t byte_offset(std::string_view text, std::int64_t position);

// The number of code points in the first `offset` bytes of well-formed `text`. An offset behind the end
// is taken for the end. [any-thread]
std::int64_t code_points(std::string_view text, std::size_t offset);

// The one of `candidates` that `name` was most likely meant to be, or "" when none is near. [any-thread]
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace hermit
