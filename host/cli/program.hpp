// Program: where the running executable lies, and what lies beside it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace hermit {

// The absolute path of the running executable.
std::filesystem::path program_path();

// The folder with the template and logos of kernelspecs.
std::filesystem::path kernelspec_data();

// The folder with the templates of `hermit new`.
std::filesystem::path template_data();

// The executable that a shell would start by this name; nothing when the PATH has none.
std::optional<std::filesystem::path> program_on_path(const std::string& name);

// True for a file that this process may execute.
bool is_executable(const std::filesystem::path& file);

// Prints an error as the one line users see, and returns its exit code.
int report(const Error& error);

}  // namespace hermit
