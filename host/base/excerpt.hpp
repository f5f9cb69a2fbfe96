// Excerpt: what somebody else has written, as an error or a log shows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hermit {

// How much of a text is shown, in bytes.
inline constexpr std::size_t excerpt_size = 100;

// The text on one line, in well-formed UTF-8, and of a long one the beginning and an ellipsis. [any-thread]
std::string excerpt(std::string_view text);

}  // namespace hermit
