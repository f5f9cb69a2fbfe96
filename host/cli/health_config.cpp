// The user's configuration file: every kernel reads it, and none starts with a mistake in it.
#include <unistd.h>

#include <cstdlib>
#include <tuple>

#include "cli/health.hpp"
#include "cli/words.hpp"
#include "interface/interface_settings.hpp"
#include "interface/kernel_options.hpp"
#include "interface/places.hpp"
#include "settings/config_file.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// The one that `hermit start` would read: of the environment, or the user's own if there is one; "" for none.
std::string config_file() {
  const char* named = std::getenv("HERMIT_CONFIG");
  if (named != nullptr && *named != '\0') return std::string(named) == "none" ? "" : named;
  const auto own = user_config_file();
  std::error_code none;
  return own && fs::exists(fs::symlink_status(*own, none)) ? own->string() : "";
}

// The settings of the host and of every shell that can be found.
Settings all_settings(const Scope& scope) {
  Settings settings;
  declare_settings(settings);
  for (const auto& shell : all_shells(shell_folders(scope.program))) {
    std::error_code none;
    if (!fs::exists(shell.manifest, none)) continue;  // its library would have to be loaded
    const auto manifest = read_manifest(shell);
    // Shells of one kind declare the same.
    if (manifest) std::ignore = declare_shell_settings(settings, *manifest);
  }
  return settings;
}

}  // namespace

Problems config_problems(const Scope& scope) {
  const std::string file = config_file();
  if (file.empty()) return {};
  if (access(file.c_str(), F_OK) == 0 && access(file.c_str(), R_OK) != 0) {
    return {{"config-file", file + ": may not be read, so that no kernel starts",
             command_line({"chmod", "u+r", file})}};
  }
  const auto config = read_config_file(file);
  Settings settings = all_settings(scope);
  const auto read = config
                        ? read_settings(*config, settings, Origin{Source::config_file, file}, Unknown::refuse)
                        : Result<void>(config.error());
  if (read) return {};
  return {{"config-file", read.error().message, "\"${EDITOR:-vi}\" " + shell_word(file)}};
}

}  // namespace hermit
