#include "shell/finder.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "base/text.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view library_prefix = "libhermit-";
constexpr std::string_view library_suffix = ".so";

// The short name in a library's file name; the whole name without its ending when it has another form.
std::string short_name(const fs::path& library) {
  std::string name = library.stem().string();
  if (name.starts_with(library_prefix)) name.erase(0, library_prefix.size());
  return name;
}

FoundShell found(const fs::path& library) {
  std::error_code ignored;
  FoundShell shell;
  shell.name = short_name(library);
  shell.library = fs::absolute(library, ignored).lexically_normal();
  shell.manifest = shell.library.parent_path() / (shell.name + ".shell.json");
  return shell;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

template <class Items, class Text>
std::string joined(const Items& items, Text text) {
  std::string list;
  for (const auto& item : items) list.append(list.empty() ? "" : ", ").append(text(item));
  return list;
}

}  // namespace

std::optional<fs::path> user_shell_folder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  if (data != nullptr && *data == '/') return fs::path(data) / "hermit/shells";
  if (home != nullptr && *home == '/') return fs::path(home) / ".local/share/hermit/shells";
  return std::nullopt;
}

std::vector<fs::path> shell_folders(const fs::path& program) {
  std::vector<fs::path> folders;
  if (const char* listed = std::getenv("HERMIT_SHELL_PATH")) {
    std::string_view rest = listed;
    while (!rest.empty()) {
      const auto colon = rest.find(':');
      if (const auto folder = rest.substr(0, colon); !folder.empty()) folders.emplace_back(folder);
      rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    }
  }
  if (auto user = user_shell_folder()) folders.push_back(std::move(*user));
  folders.push_back(program.parent_path().parent_path() / "lib/hermit/shells");
  return folders;
}

Result<FoundShell> find_shell(std::string_view shell_class, const std::vector<fs::path>& folders) {
  const bool is_path =
      shell_class.find('/') != std::string_view::npos || shell_class.ends_with(library_suffix);
  if (is_path) {
    if (is_file(fs::path(shell_class))) return found(fs::path(shell_class));
    return Error{"no shell library at " + std::string(shell_class), Exit::no_shell};
  }
  for (const auto& folder : folders) {
    const fs::path library =
        folder / (std::string(library_prefix) + std::string(shell_class) + std::string(library_suffix));
    if (!shell_class.empty() && is_file(library)) return found(library);
  }
  const auto shells = all_shells(folders);
  std::vector<std::string> names;
  for (const auto& shell : shells) names.push_back(shell.name);
  std::string message = "no shell named \"" + std::string(shell_class) + "\"";
  if (const auto near = nearest(shell_class, names); !near.empty())
    message += "; did you mean \"" + near + "\"?";
  message +=
      names.empty() ? "; there are none" : "; there are: " + joined(names, [](const auto& n) { return n; });
  message += "; looked for libhermit-NAME.so in " +
             joined(folders, [](const fs::path& folder) { return folder.string(); });
  return Error{message, Exit::no_shell};
}

std::vector<FoundShell> all_shells(const std::vector<fs::path>& folders) {
  std::vector<FoundShell> shells;
  for (const auto& folder : folders) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
      const std::string file = entry.path().filename().string();
      if (!file.starts_with(library_prefix) || !file.ends_with(library_suffix) || !is_file(entry.path()))
        continue;
      const auto shell = found(entry.path());
      const bool hidden = std::any_of(shells.begin(), shells.end(),
                                      [&](const FoundShell& other) { return other.name == shell.name; });
      if (!hidden) shells.push_back(shell);
    }
  }
  std::sort(shells.begin(), shells.end(),
            [](const FoundShell& a, const FoundShell& b) { return a.name < b.name; });
  return shells;
}

}  // namespace hermit
