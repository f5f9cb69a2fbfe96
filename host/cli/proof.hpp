// Proof: whether a library is a shell, and whether a kernelspec starts a kernel, found out in processes of
// their own, which may crash or hang.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "cli/kernelspec.hpp"

namespace hermit {

// The manifest that a library holds, as `hermit manifest` writes it. The error names the library and what is
// wrong with it.
Result<std::string> manifest_of_library(const std::filesystem::path& library);

// Starts the kernel as Jupyter would, asks it for kernel_info, runs an empty cell, which makes it start its
// shell, and shuts it down. The error is what the kernel had to say.
Result<void> prove(const Kernelspec& spec);

}  // namespace hermit
