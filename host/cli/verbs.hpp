// Verbs: what `hermit` can be told to do, one file each. Every function returns the exit code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/jupyter.hpp"
#include "cli/kernelspec.hpp"

namespace hermit {

namespace check {
struct Options;
}

// hermit start: runs a kernel until it is shut down.
int start(const std::vector<std::string>& arguments);

// hermit install: a shell becomes a kernel of Jupyter's.
struct InstallOptions {
  KernelspecOptions kernelspec;
  bool link = false;  // a library given by its path stays where it is
  bool check = true;  // the kernel is started once
};
int install(const std::string& shell_class, const InstallOptions& options);

// hermit uninstall: removes the kernelspec `name`, or that of a shell for "", and the copied library that no
// other kernelspec uses.
int uninstall(const std::string& shell_class, const std::string& name, const KernelspecPlace& place);

// hermit list: shells and kernelspecs, those of one place if one is given.
int list(const KernelspecPlace& place, bool json);

// hermit doctor: what is wrong with the installation.
struct DoctorOptions {
  KernelspecPlace place;  // looked at as well, if one is given
  bool json = false;
  bool repair = false;  // what can be mended safely is
  bool check = true;    // the kernels are started
};
int doctor(const DoctorOptions& options);

// hermit new: a project for a shell of that name, in a folder that is new or empty.
struct NewOptions {
  std::string name;
  std::string language = "cpp";    // or "c"
  std::optional<std::string> dir;  // the project's folder; without it one of that name
};
int new_shell(const NewOptions& options);

// hermit manifest: writes the manifest of a shell library to a file, or to standard output for "".
int manifest(const std::string& library, const std::string& output);

// hermit check: whether a shell keeps its promises; 1 when it does not.
int check_shell(const check::Options& options);

// hermit run-modes: how each request is run.
int run_modes();

}  // namespace hermit
