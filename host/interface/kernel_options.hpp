// What a kernel is made from, whatever its door: the settings that concern the kernel and its shell, and the
// shell itself from its library.
#pragma once

#include "kernel/kernel.hpp"
#include "settings/settings.hpp"
#include "shell/finder.hpp"

namespace hermit {

// Declares the settings of the kernel.
void declare_kernel_settings(Settings& settings);

// Declares what the shell's manifest declares.
void declare_shell_settings(Settings& settings, const Manifest& manifest);

// The options that the settings say. Both kinds have been declared; `stuck` is the caller's to set.
KernelOptions kernel_options(const Settings& settings, Manifest manifest);

// Loads the shell's library and makes the shell, when Kernel::run() calls it.
Kernel::MakeShell shell_from(const FoundShell& shell);

}  // namespace hermit
