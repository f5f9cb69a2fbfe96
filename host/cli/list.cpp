// hermit list: the shells that --shell_class can name, and the kernelspecs that Hermit wrote.
#include <iostream>

#include "cli/health.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "protocol/json.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

Json shells_of(const fs::path& program) {
  Json list = Json::array();
  for (const auto& shell : all_shells(shell_folders(program))) {
    const auto manifest = read_manifest(shell);
    list.push_back({{"name", shell.name},
                    {"display_name", manifest ? manifest->display_name : ""},
                    {"library", shell.library.string()},
                    {"problem", manifest ? "" : manifest.error().message}});
  }
  return list;
}

Json kernelspecs_in(const std::vector<fs::path>& folders) {
  Json list = Json::array();
  for (const auto& folder : folders) {
    for (const auto& spec : installed_kernelspecs(folder)) {
      list.push_back({{"name", spec.name},
                      {"display_name", spec.display_name},
                      {"folder", spec.folder.string()},
                      {"shell", spec.shell_class},
                      {"problem", missing_part(spec)}});
    }
  }
  return list;
}

void print(const Json& list, const char* title, const char* place) {
  if (list.empty()) return;
  std::cout << title << ":\n";
  for (const auto& item : list) {
    const auto text = [&](const char* key) { return item[key].get<std::string>(); };
    std::cout << "  " << text("name") << "  "
              << (text("problem").empty() ? text("display_name") : "broken: " + text("problem")) << "  "
              << text(place) << '\n';
  }
}

}  // namespace

int list(const KernelspecPlace& place, bool json) {
  Scope scope{program_path(), jupyter_folders(), std::nullopt, false};
  std::vector<fs::path> folders = examined_folders(scope);
  if (place.is_given()) {
    const auto given = kernels_folder(place);
    if (!given) return report(given.error());
    folders = {*given};
  }
  const Json shells = shells_of(scope.program);
  const Json specs = kernelspecs_in(folders);
  if (json) {
    std::cout << dump_json({{"shells", shells}, {"kernelspecs", specs}}) << '\n';
    return 0;
  }
  print(shells, "shells", "library");
  if (shells.empty()) std::cout << "no shells\n";
  print(specs, "kernelspecs", "folder");
  if (specs.empty()) std::cout << "no kernelspecs\n";
  return 0;
}

}  // namespace hermit
