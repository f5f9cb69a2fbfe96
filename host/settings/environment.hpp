// Environment: settings from the environment of the process (I2). Any name of a setting but those of one
// letter, in capitals, "_" for ".", behind "HERMIT_": HERMIT_LOG_LEVEL, HERMIT_INTERFACE_LOG_LEVEL,
// HERMIT_LUASHELL_TABLE_DEPTH.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "settings/config_file.hpp"
#include "settings/settings.hpp"

namespace hermit {

// The variable for a name of a setting.
std::string variable_name(std::string_view name);

// Sets what the variables say: `variables` is an array such as `environ`, "NAME=value" and a NULL at its end.
// An empty one is one that is not there. A variable that begins with "HERMIT_" and is nobody's setting is an
// error when it is near to one's name, and somebody else's business otherwise.
Result<void> read_environment(const char* const* variables, Settings& settings, Unknown unknown);

}  // namespace hermit
