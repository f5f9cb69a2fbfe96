// hermit start: runs a kernel, or shows how one would be set (I4).
#include <unistd.h>

#include <iostream>
#include <optional>
#include <vector>

#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "interface/interface.hpp"
#include "interface/interface_settings.hpp"
#include "interface/places.hpp"
#include "settings/command_line.hpp"
#include "settings/environment.hpp"
#include "settings/show.hpp"
#include "shell/last_resort.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// The long names of the settings of all shells that can be found. Those with a broken manifest have none.
std::vector<std::string> settings_of_all_shells() {
  std::vector<std::string> names;
  for (const auto& shell : all_shells(shell_folders(program_path()))) {
    const auto manifest = read_manifest(shell);
    if (!manifest) continue;
    for (const auto& setting : manifest->settings) names.push_back(setting.name);
  }
  return names;
}

// The configuration file that the settings name, or the user's own; an empty object when there is none.
Result<Json> configuration(const Settings& settings, std::string& file) {
  file = settings.text("config");
  if (file == "none") return Json::object();
  if (file.empty()) {
    std::error_code ignored;
    const auto user_file = user_config_file();
    if (!user_file || !fs::exists(fs::symlink_status(*user_file, ignored))) return Json::object();
    file = user_file->string();
  }
  return read_config_file(file);
}

// All the places that settings come from, read once for the host's own and once more for those of the shell,
// which the first reading names.
class Places {
 public:
  Places(const std::vector<std::string>& arguments, Settings& settings)
      : arguments_(arguments), settings_(settings) {
    settings.tolerate(settings_of_all_shells);
  }

  Result<Wish> read(Unknown unknown) {
    const auto wish = read_arguments(arguments_, settings_, unknown);
    if (!wish || *wish == Wish::help || *wish == Wish::version) return wish;
    if (auto done = read_environment(environ, settings_, unknown); !done) return done.error();
    if (!config_) {
      auto config = configuration(settings_, config_file_);
      if (!config) return config.error();
      config_ = std::move(*config);
    }
    const Origin origin{Source::config_file, config_file_};
    if (auto done = read_settings(*config_, settings_, origin, unknown); !done) return done.error();
    return wish;
  }

 private:
  const std::vector<std::string>& arguments_;
  Settings& settings_;
  std::optional<Json> config_;
  std::string config_file_;
};

int show(Wish wish, const Settings& settings) {
  constexpr const char* usage = "usage: hermit start [SETTINGS]\n\nRuns a Jupyter kernel. ";
  if (wish == Wish::version) std::cout << "hermit " HERMIT_VERSION "\n";
  if (wish == Wish::help)
    std::cout << usage << "--help-all says more. Settings:\n" << settings_help(settings);
  if (wish == Wish::help_all) {
    std::cout << usage << "Settings, with those of the shell:\n" << settings_help_all(settings);
  }
  if (wish == Wish::show_config) std::cout << settings_shown(settings);
  if (wish == Wish::show_config_json)
    std::cout << settings_json(settings).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  return 0;
}

}  // namespace

int start(const std::vector<std::string>& arguments) {
  Settings settings;
  declare_settings(settings);
  Places places(arguments, settings);
  // The shell has settings of its own, so which one it is has to be known first.
  const auto wish = places.read(Unknown::skip);
  if (!wish) return report(wish.error());
  if (*wish == Wish::help || *wish == Wish::version) return show(*wish, settings);
  const auto shell = find_shell(settings.text("shell_class"), shell_folders(program_path()));
  if (!shell) return report(shell.error());
  auto manifest = read_manifest(*shell);
  if (!manifest) return report(manifest.error());
  if (auto done = declare_shell_settings(settings, *manifest); !done) return report(done.error());
  if (const auto read = places.read(Unknown::refuse); !read) return report(read.error());
  if (*wish != Wish::none) return show(*wish, settings);
  if (const auto done = start_log(settings); !done) return report(done.error());
  if (settings.text("interface_class") != "zmq") {
    return report(Error{subject("interface_class", settings.origin("interface_class")) +
                            " has to be zmq here: callable is for programs that embed Hermit",
                        Exit::usage});
  }

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
