// hermit start: runs a kernel.
#include <iostream>

#include "base/log.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "interface/interface.hpp"
#include "interface/interface_settings.hpp"
#include "settings/command_line.hpp"
#include "shell/last_resort.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

bool asks_for_help(const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    if (argument == "--help" || argument == "-h") return true;
  }
  return false;
}

}  // namespace

int start(const std::vector<std::string>& arguments) {
  Settings settings;
  declare_settings(settings);
  if (asks_for_help(arguments)) {
    std::cout << "usage: hermit start [SETTINGS]\n\nRuns a Jupyter kernel. Settings:\n"
              << settings_help(settings);
    return 0;
  }
  // The shell has settings of its own, so which one it is has to be known first.
  if (auto read = read_arguments(arguments, settings, Unknown::skip); !read) return report(read.error());
  log::set_level(log_level(settings));
  const auto shell = find_shell(settings.text("shell_class"), shell_folders(program_path()));
  if (!shell) return report(shell.error());
  auto manifest = read_manifest(*shell);
  if (!manifest) return report(manifest.error());
  declare_shell_settings(settings, *manifest);
  if (auto read = read_arguments(arguments, settings, Unknown::refuse); !read) return report(read.error());

  if (const std::string& launcher = settings.text("launcher"); !launcher.empty()) {
    return report(
        {"there is no launcher \"" + launcher + "\": launchers are registered by programs that embed Hermit",
         Exit::usage});
  }
  outlive_shell_threads(manifest->name);
  InterfaceParts parts{std::move(settings), std::move(*manifest), *shell, "/proc/self/exe", nullptr};
  const auto ended = Interface::make(std::move(parts))->start();
  return ended ? 0 : report(ended.error());
}

}  // namespace hermit
