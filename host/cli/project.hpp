// Project: a folder that is made from templates, all of it or nothing.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hermit {

// What takes the place of words such as "@NAME@" in a template.
using Replacements = std::map<std::string, std::string>;

// Makes `folder`, which is new or empty, with all files that lie below the folders `templates`, under the
// same names. When that fails, or a signal has asked the process to end, what was made is removed again.
Result<void> make_project(const std::filesystem::path& folder,
                          const std::vector<std::filesystem::path>& templates,
                          const Replacements& replacements);

}  // namespace hermit
