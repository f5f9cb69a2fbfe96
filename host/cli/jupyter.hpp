// Jupyter: the folders in which it looks for kernelspecs. jupyter_core: "Jupyter paths".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hermit {

// Which of Jupyter's data folders. At most one of the fields is set; without one it is the user's.
struct KernelspecPlace {
  bool user = false;
  bool sys_prefix = false;  // of the active Python environment: $VIRTUAL_ENV or $CONDA_PREFIX
  std::string prefix;       // PREFIX/share/jupyter

  bool is_given() const { return user || sys_prefix || !prefix.empty(); }
};

// The folder of kernelspecs in a place, such as ~/.local/share/jupyter/kernels.
Result<std::filesystem::path> kernels_folder(const KernelspecPlace& place);

// The folder of kernelspecs of the installation that `program` belongs to: PREFIX/share/jupyter/kernels for
// PREFIX/bin/hermit.
std::filesystem::path own_kernels_folder(const std::filesystem::path& program);

// The folders in which Jupyter looks, first one first, as far as the environment tells: those of
// JUPYTER_PATH, the user's, the active Python environment's, the system's.
std::vector<std::filesystem::path> jupyter_folders();

// The same as the program `jupyter` on the PATH says; nothing when there is none, or it does not answer.
std::optional<std::vector<std::filesystem::path>> folders_of_jupyter_program();

// The line that calls a verb of `program` for the kernelspecs in `kernels`.
std::string command_for(const std::filesystem::path& program, const std::vector<std::string>& verb,
                        const std::filesystem::path& kernels);

}  // namespace hermit
