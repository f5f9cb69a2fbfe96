// Which kernelspecs Jupyter shows.
#include <algorithm>
#include <cctype>
#include <map>
#include <system_error>

#include "cli/health.hpp"
#include "cli/words.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

// The folders of all kernelspecs that Jupyter finds, also of other kernels, by the name that Jupyter gives
// them; what it shows is the first of a name.
std::map<std::string, std::vector<fs::path>> found_by_jupyter(const Scope& scope) {
  std::map<std::string, std::vector<fs::path>> found;
  for (const auto& kernels : scope.jupyter) {
    std::error_code none;
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(kernels, none)) folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    for (const auto& folder : folders) {
      if (fs::is_regular_file(folder / "kernel.json", none)) {
        found[lower(folder.filename().string())].push_back(folder);
      }
    }
  }
  return found;
}

Problem hidden(const Scope& scope, const fs::path& shown, const fs::path& other) {
  // Of two, the one that is Hermit's goes; of two of Hermit's, the one that Jupyter does not show.
  const fs::path& superfluous = read_kernelspec(other) ? other : shown;
  return {"kernelspec-hidden",
          other.string() + ": is hidden by " + shown.string() + ", which has the same name",
          command_for(scope.program, {"uninstall", "--name", superfluous.filename().string()},
                      superfluous.parent_path())};
}

// The first shell that could be installed, for an example.
std::string some_shell(const fs::path& program) {
  const auto shells = all_shells(shell_folders(program));
  for (const auto& shell : shells) {
    if (shell.name == "lua") return shell.name;
  }
  return shells.empty() ? "" : shells.front().name;
}

}  // namespace

std::vector<fs::path> examined_folders(const Scope& scope) {
  auto folders = scope.jupyter;
  if (scope.given) folders.push_back(*scope.given);
  folders.push_back(own_kernels_folder(scope.program));
  std::vector<fs::path> unique;
  for (const auto& folder : folders) {
    if (std::none_of(unique.begin(), unique.end(),
                     [&](const auto& other) { return same_place(folder, other); })) {
      unique.push_back(folder);
    }
  }
  return unique;
}

bool same_place(const fs::path& one, const fs::path& other) {
  std::error_code missing;
  return one == other || fs::equivalent(one, other, missing);
}

Problems visibility_problems(const Scope& scope) {
  Problems problems;
  bool shows_one = false;
  const auto found = found_by_jupyter(scope);
  for (const auto& [name, folders] : found) {
    const bool has_ours = std::any_of(folders.begin(), folders.end(),
                                      [](const auto& folder) { return read_kernelspec(folder); });
    shows_one = shows_one || has_ours;
    for (std::size_t i = 1; has_ours && i < folders.size(); ++i) {
      const bool is_link = same_place(folders.front(), folders[i]);
      if (!is_link && (read_kernelspec(folders.front()) || read_kernelspec(folders[i]))) {
        problems.push_back(hidden(scope, folders.front(), folders[i]));
      }
    }
  }
  if (scope.given) {
    for (const auto& spec : installed_kernelspecs(*scope.given)) {
      if (found.contains(lower(spec.name))) continue;
      const fs::path data = scope.given->parent_path();
      problems.push_back(
          {"not-looked-at", spec.folder.string() + ": Jupyter does not look in " + data.string(),
           "export JUPYTER_PATH=" + shell_word(data.string()) + "${JUPYTER_PATH:+:$JUPYTER_PATH}"});
      shows_one = true;  // it will
      break;
    }
  }
  if (const auto shell = some_shell(scope.program); !shows_one && !shell.empty()) {
    std::string list;
    for (const auto& folder : scope.jupyter) list += (list.empty() ? "" : ", ") + folder.string();
    problems.push_back({"not-looked-at", "Jupyter finds no kernelspec of Hermit's; it looks in " + list,
                        command_line({scope.program.string(), "install", shell, "--user"})});
  }
  return problems;
}

}  // namespace hermit
