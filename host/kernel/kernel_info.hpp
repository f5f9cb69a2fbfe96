// The content of kernel_info_reply (K18). Jupyter messaging: "Kernel info".
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "shell/manifest.hpp"

namespace hermit {

// Encoded once; a kernel's answer never changes. `features` are those that the kernel does not know of by
// itself.
Bytes kernel_info_content(const Manifest& manifest, const std::vector<std::string>& features);

}  // namespace hermit
