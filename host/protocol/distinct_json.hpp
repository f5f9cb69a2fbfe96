// DistinctJson: JSON in which a key stands once, for what people write by hand, where the second of two would
// be a mistake that nobody sees.
#pragma once

#include <string_view>

#include "protocol/json.hpp"

namespace hermit {

// Reads one JSON value, as parse_json() does. The error also names a key that stands twice in one object.
// [any-thread]
Result<Json> parse_distinct_json(std::string_view text);

}  // namespace hermit
