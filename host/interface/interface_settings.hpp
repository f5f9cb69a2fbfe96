// What can be set of the interface and of the kernel behind it (I2, I3).
#pragma once

#include "base/log.hpp"
#include "settings/settings.hpp"

namespace hermit {

// Declares the settings of the interface and the kernel. What the shell declares comes besides
// (declare_shell_settings() in kernel_options.hpp).
void declare_settings(Settings& settings);

// The lowest level of lines in the log that they say.
log::Level log_level(const Settings& settings);

}  // namespace hermit
