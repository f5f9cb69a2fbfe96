// What can be set of the interface and of the kernel behind it (I2, I3).
#pragma once

#include "settings/settings.hpp"

namespace hermit {

// Declares the settings of the interface and the kernel. What the shell declares comes besides
// (declare_shell_settings() in kernel_options.hpp).
void declare_settings(Settings& settings);

}  // namespace hermit
