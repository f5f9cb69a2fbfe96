#include "interface/places.hpp"

#include <cstdlib>

namespace hermit {
namespace {

namespace fs = std::filesystem;

// The folder that an environment variable names, if it does so properly.
std::optional<fs::path> absolute_path(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value == '/' ? std::optional<fs::path>(value) : std::nullopt;
}

}  // namespace

fs::path runtime_folder() {
  if (const auto folder = absolute_path("JUPYTER_RUNTIME_DIR")) return *folder;
  if (const auto folder = absolute_path("JUPYTER_DATA_DIR")) return *folder / "runtime";
  if (const auto folder = absolute_path("XDG_DATA_HOME")) return *folder / "jupyter/runtime";
  if (const auto folder = absolute_path("HOME")) return *folder / ".local/share/jupyter/runtime";
  return fs::temp_directory_path() / "jupyter-runtime";
}

std::optional<fs::path> user_history_file() {
  if (const auto folder = absolute_path("XDG_DATA_HOME")) return *folder / "hermit/history.sqlite";
  if (const auto folder = absolute_path("HOME")) return *folder / ".local/share/hermit/history.sqlite";
  return std::nullopt;
}

std::optional<fs::path> user_config_file() {
  if (const auto folder = absolute_path("XDG_CONFIG_HOME")) return *folder / "hermit/config.json";
  if (const auto folder = absolute_path("HOME")) return *folder / ".config/hermit/config.json";
  return std::nullopt;
}

}  // namespace hermit
