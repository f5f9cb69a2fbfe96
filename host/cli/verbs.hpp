// Verbs: what `hermit` can be told to do, one file each. Every function returns the exit code.
#pragma once

#include <string>
#include <vector>

#include "cli/kernelspec.hpp"

namespace hermit {

// hermit start: runs a kernel until it is shut down.
int start(const std::vector<std::string>& arguments);

// hermit install, uninstall and list: kernelspecs.
int install(const std::string& shell_class, const KernelspecOptions& options);
int uninstall(const std::string& shell_class, const KernelspecOptions& options);
int list(const KernelspecPlace& place);

// hermit manifest: writes the manifest of a shell library to a file, or to standard output for "".
int manifest(const std::string& library, const std::string& output);

// hermit run-modes: how each request is run.
int run_modes();

}  // namespace hermit
