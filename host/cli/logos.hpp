// Logos: the pictures of a kernelspec. Jupyter client: "Kernel specs".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hermit {

// Copies pictures into the folder of a kernelspec under the names that Jupyter knows: the files `chosen`, and
// for what is not among them those of the shell, or Hermit's own. The error names a file that is none of SVG,
// PNG with 64 by 64 and PNG with 32 by 32 pixels.
Result<void> copy_logos(const std::string& shell, const std::vector<std::filesystem::path>& chosen,
                        const std::filesystem::path& folder);

}  // namespace hermit
