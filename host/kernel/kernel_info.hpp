// The content of kernel_info_reply (K18). Jupyter messaging: "Kernel info".
#pragma once

#include "base/bytes.hpp"
#include "shell/manifest.hpp"

namespace hermit {

// Encoded once; a kernel's answer never changes.
Bytes kernel_info_content(const Manifest& manifest);

}  // namespace hermit
