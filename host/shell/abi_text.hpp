// Between the ABI's lent slices and C++ views.
#pragma once

#include <string_view>

#include <hermit/abi.h>

namespace hermit {

// A view of lent text. NULL with a size is misbehaviour of the shell; it is taken for empty text.
inline std::string_view view(hermit_text text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

// Text lent to the other side.
inline hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace hermit
