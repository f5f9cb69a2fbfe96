// Places: where Hermit keeps its files when nobody says so.
#pragma once

#include <filesystem>
#include <optional>

namespace hermit {

// Where Jupyter keeps the connection files of running kernels: jupyter_core's jupyter_runtime_dir.
std::filesystem::path runtime_folder();

// The history that the user's kernels share; nothing when the user has no folder for it.
std::optional<std::filesystem::path> user_history_file();

// Where the user's configuration is, if there is any: hermit/config.json in $XDG_CONFIG_HOME or ~/.config;
// nothing when the user has no folder for it.
std::optional<std::filesystem::path> user_config_file();

}  // namespace hermit
