// Health: what can be wrong with an installation, found by looking at it. Each problem comes with the line to
// type that mends it. What is said of them, and whether they are mended here, is hermit doctor's business.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/kernelspec.hpp"

namespace hermit {

struct Problem {
  std::string kind;                           // a word for programs: docs/install.md has them all
  std::string message;                        // what is wrong, and where
  std::string command;                        // what to type
  std::function<Result<void>()> repair = {};  // does the same, where that is safe; else empty
};

using Problems = std::vector<Problem>;

// What is looked at.
struct Scope {
  std::filesystem::path program;               // of this installation
  std::vector<std::filesystem::path> jupyter;  // where Jupyter looks for kernelspecs, first one first
  std::optional<std::filesystem::path> given;  // kernelspecs that the user asks about
  bool start = true;                           // kernels are started
};

// The program, the shell and the text of each kernelspec; kernels that do not start; folders of kernelspecs
// that cannot be read, or written by their user.
Problems kernelspec_problems(const Scope& scope);

// Kernelspecs that Jupyter does not show, because it looks elsewhere or finds another of that name first.
Problems visibility_problems(const Scope& scope);

// Libraries, their manifests, and what they need beside them and of the system.
Problems shell_problems(const Scope& scope);

// Hidden folders in which an installation worked that was killed.
Problems left_problems(const Scope& scope);

// The configuration file.
Problems config_problems(const Scope& scope);

// The folder of connection files, which hold keys.
Problems runtime_problems();

// What a kernelspec lacks, in a few words; "" when its program and its shell are there.
std::string missing_part(const Kernelspec& spec);

// The folders of `scope` with kernelspecs, each once: Jupyter's, the given one, the installation's own.
std::vector<std::filesystem::path> examined_folders(const Scope& scope);

// True when both are one folder.
bool same_place(const std::filesystem::path& one, const std::filesystem::path& other);

}  // namespace hermit
