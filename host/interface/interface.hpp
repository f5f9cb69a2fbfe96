// Interface: a kernel behind its door, from settings to exit (I1). Here the parts are wired together.
#pragma once

#include "base/result.hpp"
#include "interface/kernel_options.hpp"
#include "settings/settings.hpp"
#include "shell/finder.hpp"

namespace hermit {

// The program `hermit start`: the kernel on ZeroMQ sockets, the main lane on the calling thread, signals
// and the parent process watched. One in a process.
class Interface {
 public:
  // `settings` is complete; `shell` is the one that shell_class names, `manifest` its manifest.
  Interface(const Settings& settings, FoundShell shell, Manifest manifest);

  // Serves clients until a shutdown_request, a signal, or the end of the parent process. The error says
  // why it could not start. A connection file that was written here is gone afterwards.
  Result<void> start();

 private:
  const Settings& settings_;
  const FoundShell shell_;
  const Manifest manifest_;
};

}  // namespace hermit
