// What a kernel is made from, whatever its door: the settings that concern the kernel and its shell, and the
// shell itself from its library.
#pragma once

#include <optional>
#include <variant>

#include <hermit/shell.h>

#include "kernel/kernel.hpp"
#include "settings/settings.hpp"
#include "shell/finder.hpp"
#include "worker/options.hpp"

namespace hermit {

// Declares the settings of the kernel.
void declare_kernel_settings(Settings& settings);

// Declares what the shell's manifest declares. The error names a setting that there is already.
Result<void> declare_shell_settings(Settings& settings, const Manifest& manifest);

// The options that the settings say. Both kinds have been declared; `stuck` is the caller's to set.
KernelOptions kernel_options(const Settings& settings, Manifest manifest);

// A shell that the embedding program passes in, checked by check_entry().
struct LentShell {
  const hermit_shell_entry_type* entry = nullptr;
  void* context = nullptr;  // see sdk/include/hermit/ext/embedding.h
};

// What a shell is made from: a library, or what the embedding program has.
using ShellSource = std::variant<FoundShell, LentShell>;

// Where a shell runs, and from what it is made there.
struct ShellHome {
  bool own_process = false;
  WorkerOptions
      options;  // for a library `library` and `settings` of both kinds; `program` is the caller's to set
  std::optional<LentShell> lent = {};
};

// What the settings say, and where they say nothing the shell's manifest. In a process of its own a shell has
// `capture`, and the kernel has not. The error says that a shell cannot run where it should.
Result<ShellHome> shell_home(const Settings& settings, const ShellSource& shell, const Manifest& manifest,
                             bool capture);

// Makes the shell there, when Kernel::run() calls it.
Kernel::MakeShell shell_from(ShellHome home, Manifest manifest);

}  // namespace hermit
