// What can be set of the interface and of the kernel behind it (I2, I3).
#pragma once

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace hermit {

// Declares the settings of the interface and the kernel. What the shell declares comes besides
// (declare_shell_settings() in kernel_options.hpp).
void declare_settings(Settings& settings);

// Has the log written as the settings say (log_level, log_file, log_format); before anything is logged. The
// error names the file that cannot be written.
Result<void> start_log(const Settings& settings);

}  // namespace hermit
