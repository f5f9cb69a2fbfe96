#include "cli/jupyter.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <system_error>

#include "cli/program.hpp"
#include "cli/words.hpp"
#include "client/process.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr const char* shared = "share/jupyter/kernels";
// A cold start of Python from a slow disk.
constexpr std::chrono::seconds jupyter_limit{60};

std::optional<fs::path> environment_path(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value == '/' ? std::optional<fs::path>(value) : std::nullopt;
}

std::optional<fs::path> python_environment() {
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (auto prefix = environment_path(name)) return prefix;
  }
  return std::nullopt;
}

void add(std::vector<fs::path>& folders, const fs::path& folder) {
  const fs::path plain = (folder / "").lexically_normal().parent_path();
  if (std::find(folders.begin(), folders.end(), plain) == folders.end()) folders.push_back(plain);
}

}  // namespace

Result<fs::path> kernels_folder(const KernelspecPlace& place) {
  if (!place.prefix.empty()) return (fs::absolute(place.prefix) / shared).lexically_normal();
  if (place.sys_prefix) {
    if (const auto prefix = python_environment()) return *prefix / shared;
    return Error{
        "--sys-prefix: no Python environment is active (neither VIRTUAL_ENV nor CONDA_PREFIX is set)",
        Exit::usage};
  }
  if (const auto data = environment_path("JUPYTER_DATA_DIR")) return *data / "kernels";
  if (const auto data = environment_path("XDG_DATA_HOME")) return *data / "jupyter/kernels";
  if (const auto home = environment_path("HOME")) return *home / ".local/share/jupyter/kernels";
  return Error{"there is no home folder: set HOME or JUPYTER_DATA_DIR, or give --prefix", Exit::usage};
}

fs::path own_kernels_folder(const fs::path& program) { return program.parent_path().parent_path() / shared; }

std::vector<fs::path> jupyter_folders() {
  std::vector<fs::path> folders;
  const char* listed = std::getenv("JUPYTER_PATH");
  std::string_view rest = listed == nullptr ? "" : listed;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    if (const auto folder = rest.substr(0, colon); !folder.empty())
      add(folders, fs::path(folder) / "kernels");
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  // Inside an environment Jupyter looks there before it looks at the user's.
  const auto environment = python_environment();
  if (environment) add(folders, *environment / shared);
  if (const auto user = kernels_folder({})) add(folders, *user);
  for (const char* system : {"/usr/local", "/usr"}) add(folders, fs::path(system) / shared);
  return folders;
}

std::optional<std::vector<fs::path>> folders_of_jupyter_program() {
  const auto jupyter = program_on_path("jupyter");
  if (!jupyter) return std::nullopt;
  ProcessOptions options;
  options.program = *jupyter;
  options.arguments = {"--paths", "--json"};
  auto process = Process::start(options);
  if (!process) return std::nullopt;
  const auto ended = process->wait(std::chrono::steady_clock::now() + jupyter_limit);
  const auto paths = parse_json(process->stdout_text());
  if (!ended || ended->exit_code != 0 || !paths || !paths->is_object()) return std::nullopt;
  std::vector<fs::path> folders;
  for (const auto& data : paths->value("data", Json::array())) {
    if (data.is_string()) add(folders, fs::path(data.get<std::string>()) / "kernels");
  }
  return folders;
}

std::string command_for(const fs::path& program, const std::vector<std::string>& verb,
                        const fs::path& kernels) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), verb.begin(), verb.end());
  if (const auto user = kernels_folder({}); user && *user == kernels) {
    words.emplace_back("--user");
    return command_line(words);
  }
  const std::string folder = kernels.string();
  if (const std::string end = std::string("/") + shared; folder.ends_with(end)) {
    words.insert(words.end(), {"--prefix", folder.substr(0, folder.size() - end.size())});
    if (words.back().empty()) words.back() = "/";
    return command_line(words);
  }
  // A folder that only JUPYTER_PATH names.
  words.emplace_back("--user");
  return "JUPYTER_DATA_DIR=" + shell_word(kernels.parent_path().string()) + " " + command_line(words);
}

}  // namespace hermit
