// Show: settings in words, for whoever looks at them (I4): what can be set, and what is set.
#pragma once

#include <string>

#include "settings/settings.hpp"

namespace hermit {

// What `--help` says of the settings: a line or two for each that is available.
std::string settings_help(const Settings& settings);

// What `--help-all` says: also what a value looks like, the default, and the variable in the environment.
std::string settings_help_all(const Settings& settings);

// What `--show-config` says: a line for each setting that is available, with its value and where it came
// from.
std::string settings_shown(const Settings& settings);

// The same as a JSON object: {"Interface.log_level": {"value": "info", "source": "environment", "place":
// "HERMIT_LOG_LEVEL"}}. A default has no place.
Json settings_json(const Settings& settings);

}  // namespace hermit
