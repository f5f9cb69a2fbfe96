#include "cli/kernelspec.hpp"

#include <algorithm>
#include <cctype>
#include <system_error>

#include "base/file.hpp"
#include "cli/program.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1 << 20;  // of a kernel.json
constexpr unsigned public_file = 0644;
constexpr std::string_view resource_dir = "{resource_dir}";

std::string replaced(std::string text, std::string_view what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// Jupyter client: names of kernelspecs consist of these characters.
bool is_kernel_name(const std::string& name) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), allowed);
}

// The strings of an array, or of an object by name; what is no string is left out.
std::vector<std::string> texts_of(const Json& array) {
  std::vector<std::string> texts;
  for (const auto& text : array) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::string> environment_of(const Json& object) {
  std::map<std::string, std::string> environment;
  if (!object.is_object()) return environment;
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) environment[name] = value.get<std::string>();
  }
  return environment;
}

std::string text_of(const Json& object, const char* key) {
  const auto field = object.find(key);
  return field != object.end() && field->is_string() ? field->get<std::string>() : "";
}

Error cannot(const fs::path& path, const char* what, const std::error_code& failed) {
  return Error{path.string() + ": " + what + ": " + failed.message()};
}

}  // namespace

std::optional<Kernelspec> read_kernelspec(const fs::path& folder) {
  const auto text = read_file(folder / "kernel.json", size_limit);
  if (!text) return std::nullopt;
  const auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  const Json::json_pointer mark("/metadata/hermit/shell");
  if (!json->contains(mark) || !json->at(mark).is_string()) return std::nullopt;
  return Kernelspec{folder.filename().string(),
                    folder,
                    text_of(*json, "display_name"),
                    json->at(mark).get<std::string>(),
                    texts_of(json->value("argv", Json::array())),
                    environment_of(json->value("env", Json::object()))};
}

std::vector<Kernelspec> installed_kernelspecs(const fs::path& kernels) {
  std::vector<Kernelspec> specs;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(kernels, none)) {
    if (auto spec = read_kernelspec(entry.path())) specs.push_back(std::move(*spec));
  }
  std::sort(specs.begin(), specs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return specs;
}

std::vector<std::string> started_argv(const Kernelspec& spec, const fs::path& connection_file) {
  std::vector<std::string> argv;
  for (const auto& word : spec.argv) {
    argv.push_back(replaced(replaced(word, resource_dir, spec.folder.string()), "{connection_file}",
                            connection_file.string()));
  }
  if (!argv.empty() && argv.front().find('/') == std::string::npos) {
    if (const auto program = program_on_path(argv.front())) argv.front() = program->string();
  }
  return argv;
}

fs::path program_of(const Kernelspec& spec) {
  const auto argv = started_argv(spec, {});
  if (argv.empty()) return {};
  std::error_code missing;
  const fs::path program = fs::canonical(argv.front(), missing);
  return missing ? fs::path(argv.front()) : program;
}

std::vector<fs::path> shell_folders_of(const Kernelspec& spec) {
  std::vector<fs::path> folders;
  if (const auto listed = spec.environment.find("HERMIT_SHELL_PATH"); listed != spec.environment.end()) {
    folders.emplace_back(listed->second);
  }
  const auto others = shell_folders(program_of(spec));
  folders.insert(folders.end(), others.begin(), others.end());
  return folders;
}

Result<Kernelspec> remove_kernelspec(const std::string& name, const fs::path& kernels) {
  const fs::path folder = kernels / name;
  std::error_code failed;
  if (!is_kernel_name(name) || !fs::exists(fs::symlink_status(folder, failed))) {
    return Error{"no kernelspec \"" + name + "\" in " + kernels.string(), Exit::no_shell};
  }
  auto spec = read_kernelspec(folder);
  if (!spec || fs::is_symlink(folder, failed))
    return Error{folder.string() + ": is no kernelspec of Hermit's and stays"};
  fs::remove_all(folder, failed);
  if (failed) return cannot(folder, "cannot be removed", failed);
  return std::move(*spec);
}

std::string program_for(const fs::path& kernels) {
  std::error_code missing;
  const fs::path program = program_path();
  const fs::path own = fs::weakly_canonical(own_kernels_folder(program), missing);
  if (missing || fs::weakly_canonical(kernels, missing) != own) return program.string();
  // From the kernelspec's folder over kernels, jupyter and share.
  return std::string(resource_dir) + "/../../../../" + program.parent_path().filename().string() + "/" +
         program.filename().string();
}

Result<void> rewrite(const Kernelspec& spec, const std::string& program, const std::string& shell_class) {
  const fs::path file = spec.folder / "kernel.json";
  const auto text = read_file(file, size_limit);
  if (!text) return text.error();
  auto json = parse_json(*text);
  if (!json || spec.argv.empty()) return Error{file.string() + ": has no argv"};
  auto argv = spec.argv;
  argv.front() = program;
  std::replace(argv.begin(), argv.end(), "--shell_class=" + spec.shell_class, "--shell_class=" + shell_class);
  (*json)["argv"] = argv;
  (*json)["metadata"]["hermit"]["shell"] = shell_class;
  return write_file_atomically(file, dump_json(*json) + "\n", public_file);
}

std::string defect_of(const fs::path& file) {
  const auto text = read_file(file, size_limit);
  if (!text) return "cannot be read";
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) return "is empty";
  const auto json = parse_json(*text);
  if (!json) return "is no JSON";
  if (!json->is_object()) return "is no JSON object";
  const auto argv = json->find("argv");
  return argv != json->end() && argv->is_array() && !argv->empty() ? "" : "has no \"argv\"";
}

}  // namespace hermit
