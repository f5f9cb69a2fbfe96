// Base64: how binary data travels inside JSON (RFC 4648, with padding, in one line).
#pragma once

#include <string>
#include <string_view>

namespace hermit {

// [any-thread]
std::string base64(std::string_view bytes);

}  // namespace hermit
