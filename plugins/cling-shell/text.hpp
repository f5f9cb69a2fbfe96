// Words for text: from and to the ABI's slices.
#pragma once

#include <string>
#include <string_view>

#include "hermit/abi.h"

namespace hermit::cling_shell {

// The text of the ABI as C++ sees it. Lent as long as `text` is.
inline std::string_view view(hermit_text text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}

// The other way round; `text` has to outlive the result.
inline hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace hermit::cling_shell
