// JSON: bodies of messages read with a limit to their depth, and written.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.hpp"

namespace hermit {

using Json = nlohmann::json;

// Deeper nesting than any notebook has; a parser's stack and a tree's destructor stand it.
inline constexpr std::size_t json_depth_limit = 512;

// Reads one JSON value. The error says where and why the text is none, or that it is nested too deeply. Half
// a surrogate pair, such as "\ud800" alone, is no text and becomes U+FFFD. [any-thread]
Result<Json> parse_json(std::string_view text);

// Reads one JSON object; empty text is taken for an empty object. [any-thread]
Result<Json> parse_json_object(std::string_view text);

// Whether parse_json() reads an object from the text, without keeping it. The error is the same. [any-thread]
Result<void> check_json_object(std::string_view text);

// Writes a value; ill-formed UTF-8 in its strings is replaced by U+FFFD. [any-thread]
std::string dump_json(const Json& value);

// Appends `text`, well-formed UTF-8, as a JSON string with its quotes. The fast way for large texts.
// [any-thread]
void append_json_string(std::string& json, std::string_view text);

}  // namespace hermit
