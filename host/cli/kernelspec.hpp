// Kernelspec: the folder that tells Jupyter how to start a kernel. Jupyter client: "Kernel specs".
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/jupyter.hpp"
#include "cli/workshop.hpp"
#include "shell/finder.hpp"
#include "shell/manifest.hpp"

namespace hermit {

struct KernelspecOptions {
  KernelspecPlace place;
  std::string name;          // of the folder; "" for "hermit-" and the shell's name
  std::string display_name;  // "" for the manifest's
  std::map<std::string, std::string> environment;
  std::vector<std::filesystem::path> logos;  // none: the shell's, or Hermit's own
  std::vector<std::string> settings;         // at the end of argv
};

// A kernelspec that Hermit wrote.
struct Kernelspec {
  std::string name;
  std::filesystem::path folder;
  std::string display_name;
  std::string shell_class;  // as it stands in argv
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
};

// The kernelspec in a folder; nothing when there is none, it cannot be read, or somebody else wrote it.
std::optional<Kernelspec> read_kernelspec(const std::filesystem::path& folder);

// The kernelspecs that Hermit wrote in a folder, by name.
std::vector<Kernelspec> installed_kernelspecs(const std::filesystem::path& kernels);

// argv as Jupyter starts it: what stands in braces is replaced. argv[0] is an absolute path if the PATH has
// such a program.
std::vector<std::string> started_argv(const Kernelspec& spec, const std::filesystem::path& connection_file);

// The program that it starts.
std::filesystem::path program_of(const Kernelspec& spec);

// The folders in which its program looks for its shell.
std::vector<std::filesystem::path> shell_folders_of(const Kernelspec& spec);

// A kernelspec as it has just been written. Unless it is told to stay, its destructor takes it away again and
// brings back the one that was there before.
class FreshKernelspec {
 public:
  // Writes the kernelspec of a shell. One of the same name that Hermit wrote is replaced, in one step; one of
  // somebody else's is an error, and so is whatever prevents a file from being written.
  static Result<FreshKernelspec> write(const std::string& shell_class, const FoundShell& shell,
                                       const Manifest& manifest, const KernelspecOptions& options);
  FreshKernelspec(FreshKernelspec&& other) noexcept = default;
  FreshKernelspec& operator=(FreshKernelspec&&) = delete;
  ~FreshKernelspec();

  const Kernelspec& kernelspec() const { return spec_; }
  void keep();

 private:
  FreshKernelspec(std::string name, Workshop workshop) : workshop_(std::move(workshop)) {
    spec_.name = std::move(name);
  }
  Result<void> fill(const std::string& shell_class, const FoundShell& shell, const Manifest& manifest,
                    const KernelspecOptions& options);
  Result<void> put_in_place(const std::filesystem::path& folder);

  Kernelspec spec_;
  Workshop workshop_;  // beside it; holds the fresh one, and then the one that was there before
  bool in_place_ = false;
};

// Ends what killed processes have left in a folder of kernelspecs. The kernelspecs themselves are whole: only
// one that was moved away on a file system that cannot exchange two folders comes back. The error names what
// cannot be removed.
Result<void> end_left_kernelspecs(const std::filesystem::path& kernels);

// Removes a kernelspec that Hermit wrote, and returns it. Any other is an error.
Result<Kernelspec> remove_kernelspec(const std::string& name, const std::filesystem::path& kernels);

// Writes kernel.json anew with another program and another shell; all else in it stays.
Result<void> rewrite(const Kernelspec& spec, const std::string& program, const std::string& shell_class);

// What is wrong with a kernel.json, whoever wrote it, in a few words; "" when it names something to start.
std::string defect_of(const std::filesystem::path& file);

// How a kernelspec in `kernels` names this program: by a path that moves with the installation when the
// folder belongs to it, else by an absolute one.
std::string program_for(const std::filesystem::path& kernels);

}  // namespace hermit
