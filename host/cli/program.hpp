// Program: where the running executable lies, and what lies beside it.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "base/result.hpp"

namespace hermit {

// The absolute path of the running executable.
std::filesystem::path program_path();

// The folder with the template and logos of kernelspecs.
std::filesystem::path kernelspec_data();

// Prints an error as the one line users see, and returns its exit code.
int report(const Error& error);

}  // namespace hermit
