// CommandLine: settings from the arguments of a program (I3). `--name=value`, `--name value`, `-n value`,
// and for flags `--name` and `--no-name`; `-` and `_` in names are the same.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace hermit {

enum class Unknown {
  refuse,  // an unknown name is an error that gives the nearest known one
  skip,    // it is left for a later reading, when more settings have been declared
};

// Sets what the arguments say.
Result<void> read_arguments(const std::vector<std::string>& arguments, Settings& settings, Unknown unknown);

// What `--help` says of the settings: a line or two for each that is available.
std::string settings_help(const Settings& settings);

}  // namespace hermit
