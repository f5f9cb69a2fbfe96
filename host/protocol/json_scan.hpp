// JsonScan: one member out of a JSON object without reading the whole. For decisions that have to be
// taken on the door's thread, where a cell of many megabytes must not be parsed.
#pragma once

#include <optional>
#include <string_view>

namespace hermit {

// The text of the value of the first member named `key`, such as `true` or `"abc\n"`; nothing when
// there is none, or `object` is no JSON object as far as it was looked at. A key written with escapes is
// not found. [any-thread]
std::optional<std::string_view> scan_member(std::string_view object, std::string_view key);

// The first line of the text in `json_string`, a JSON string with its quotes, when it is at most
// `limit` bytes long and written without escapes; else nothing. [any-thread]
std::optional<std::string_view> scan_first_line(std::string_view json_string, std::size_t limit);

}  // namespace hermit
