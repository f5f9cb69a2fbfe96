// Kernelspec: the folder that tells Jupyter how to start a kernel. Jupyter client: "Kernel specs".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "shell/finder.hpp"
#include "shell/manifest.hpp"

namespace hermit {

// Which of Jupyter's data folders. At most one of the fields is set; without one it is the user's.
struct KernelspecPlace {
  bool user = false;
  bool sys_prefix = false;  // of the active Python environment: $VIRTUAL_ENV or $CONDA_PREFIX
  std::string prefix;       // PREFIX/share/jupyter
};

struct KernelspecOptions {
  KernelspecPlace place;
  std::string name;          // of the folder; "" for "hermit-" and the shell's name
  std::string display_name;  // "" for the manifest's
};

// A kernelspec that Hermit wrote.
struct Kernelspec {
  std::string name;
  std::filesystem::path folder;
  std::string display_name;
  std::string shell_class;  // as it stands in argv
};

// The folder of kernelspecs in a place, such as ~/.local/share/jupyter/kernels.
Result<std::filesystem::path> kernels_folder(const KernelspecPlace& place);

// Writes the kernelspec of a shell and returns it; one of the same name that Hermit wrote is replaced,
// one of somebody else's is an error.
Result<Kernelspec> write_kernelspec(const std::string& shell_class, const FoundShell& shell,
                                    const Manifest& manifest, const KernelspecOptions& options);

// Removes a kernelspec that Hermit wrote and returns its folder. Any other is an error.
Result<std::filesystem::path> remove_kernelspec(const std::string& name, const KernelspecPlace& place);

// The kernelspecs that Hermit wrote in a folder.
std::vector<Kernelspec> installed_kernelspecs(const std::filesystem::path& folder);

}  // namespace hermit
