// CommandLine: settings from the arguments of a program (I3). `--name=value`, `--name value`, `-n value`,
// and for flags `--name` and `--no-name`; `-` and `_` in names are the same.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "settings/config_file.hpp"
#include "settings/settings.hpp"

namespace hermit {

// What the user wants to see in place of what the program does (I4).
enum class Wish { none, help, help_all, version, show_config, show_config_json };

// Sets what the arguments say, and returns what they ask to be shown. With `help` or `version` nothing is
// set.
Result<Wish> read_arguments(const std::vector<std::string>& arguments, Settings& settings, Unknown unknown);

// The arguments with "--name=" as two, "--name" and "", since CLI11 would take the next argument for the
// value.
std::vector<std::string> with_empty_values(const std::vector<std::string>& arguments);

}  // namespace hermit
