// Finder: from what the user wrote after --shell_class to a file (I5). It knows names and folders, and
// opens no library.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hermit {

// The folders in which a short name is looked for, first one first:
//   1. those in the environment variable HERMIT_SHELL_PATH, separated by colons;
//   2. $XDG_DATA_HOME/hermit/shells, or ~/.local/share/hermit/shells;
//   3. lib/hermit/shells beside the folder of the program, the install prefix.
// `program` is the path of the running executable.
std::vector<std::filesystem::path> shell_folders(const std::filesystem::path& program);

// The second of these; nothing when neither variable names a home.
std::optional<std::filesystem::path> user_shell_folder();

// A shell that was found.
struct FoundShell {
  std::string name;                // the short name, or the file's for a path
  std::filesystem::path library;   // absolute
  std::filesystem::path manifest;  // NAME.shell.json beside it; need not exist
};

// Finds a shell by path (when `shell_class` contains a slash or ends in ".so") or by name. The error
// names what was looked for, where, and which shells there are.
Result<FoundShell> find_shell(std::string_view shell_class,
                              const std::vector<std::filesystem::path>& folders);

// Every shell in the folders; of two with one name the first.
std::vector<FoundShell> all_shells(const std::vector<std::filesystem::path>& folders);

}  // namespace hermit
