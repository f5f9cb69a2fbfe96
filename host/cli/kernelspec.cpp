#include "cli/kernelspec.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <system_error>

#include "base/file.hpp"
#include "cli/program.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1 << 20;  // of a kernel.json
constexpr unsigned public_file = 0644;

std::optional<fs::path> environment_path(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value == '/' ? std::optional<fs::path>(value) : std::nullopt;
}

// Jupyter client: names of kernelspecs consist of these characters.
bool is_kernel_name(const std::string& name) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), allowed);
}

// What a kernel.json of Hermit's says; nothing when there is none, or it is somebody else's.
std::optional<Kernelspec> read_kernelspec(const fs::path& folder) {
  const auto text = read_file(folder / "kernel.json", size_limit);
  if (!text) return std::nullopt;
  const auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  const Json shell = json->value(Json::json_pointer("/metadata/hermit/shell"), Json());
  if (!shell.is_string()) return std::nullopt;
  return Kernelspec{folder.filename().string(), folder, json->value("display_name", ""),
                    shell.get<std::string>()};
}

Result<std::string> kernel_json(const std::string& shell_class, const Manifest& manifest,
                                const KernelspecOptions& options) {
  const auto text = read_file(kernelspec_data() / "kernel.json.in", size_limit);
  if (!text) return text.error();
  auto json = parse_json(*text);
  if (!json) return Error{(kernelspec_data() / "kernel.json.in").string() + ": " + json.error().message};
  (*json)["argv"] = {program_path().string(), "start", "-f", "{connection_file}",
                     "--shell_class=" + shell_class};
  (*json)["display_name"] = options.display_name.empty() ? manifest.display_name : options.display_name;
  (*json)["language"] = manifest.language_info.value("name", "");
  (*json)["metadata"]["hermit"]["shell"] = shell_class;
  return json->dump(2) + "\n";
}

// Copies the logos of the shell, or Hermit's own.
Result<void> copy_logos(const std::string& shell, const fs::path& folder) {
  std::error_code failed;
  for (const char* logo : {"logo-svg.svg", "logo-64x64.png", "logo-32x32.png"}) {
    fs::path source = kernelspec_data() / shell / logo;
    if (!fs::exists(source, failed)) source = kernelspec_data() / logo;
    if (!fs::exists(source, failed)) continue;
    fs::copy_file(source, folder / logo, fs::copy_options::overwrite_existing, failed);
    if (failed) return Error{(folder / logo).string() + ": cannot be written: " + failed.message()};
  }
  return {};
}

// Writes the files of a kernelspec into an empty folder.
Result<void> fill(const fs::path& folder, const std::string& shell_class, const FoundShell& shell,
                  const Manifest& manifest, const KernelspecOptions& options) {
  const auto json = kernel_json(shell_class, manifest, options);
  if (!json) return json.error();
  if (auto done = copy_logos(shell.name, folder); !done) return done;
  return write_file_atomically(folder / "kernel.json", *json, public_file);
}

}  // namespace

Result<fs::path> kernels_folder(const KernelspecPlace& place) {
  if (!place.prefix.empty()) return fs::absolute(place.prefix) / "share/jupyter/kernels";
  if (place.sys_prefix) {
    for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
      if (const auto prefix = environment_path(name)) return *prefix / "share/jupyter/kernels";
    }
    return Error{
        "--sys-prefix: no Python environment is active (neither VIRTUAL_ENV nor CONDA_PREFIX is set)",
        Exit::usage};
  }
  if (const auto data = environment_path("JUPYTER_DATA_DIR")) return *data / "kernels";
  if (const auto data = environment_path("XDG_DATA_HOME")) return *data / "jupyter/kernels";
  if (const auto home = environment_path("HOME")) return *home / ".local/share/jupyter/kernels";
  return Error{"there is no home folder: set HOME or JUPYTER_DATA_DIR, or give --prefix", Exit::usage};
}

Result<Kernelspec> write_kernelspec(const std::string& shell_class, const FoundShell& shell,
                                    const Manifest& manifest, const KernelspecOptions& options) {
  const std::string name = options.name.empty() ? "hermit-" + manifest.name : options.name;
  if (!is_kernel_name(name)) {
    return Error{"--name has to consist of letters, digits, \"-\", \"_\" and \".\", not \"" + name + "\"",
                 Exit::usage};
  }
  const auto kernels = kernels_folder(options.place);
  if (!kernels) return kernels.error();
  const fs::path folder = *kernels / name;
  std::error_code failed;
  if (fs::exists(folder, failed) && !fs::is_empty(folder, failed) && !read_kernelspec(folder)) {
    return Error{folder.string() +
                 ": there is a kernelspec that Hermit did not write; choose another --name"};
  }
  const fs::path fresh = *kernels / ("." + name + ".new");
  fs::remove_all(fresh, failed);
  fs::create_directories(fresh, failed);
  if (failed) return Error{fresh.string() + ": cannot be made: " + failed.message()};

  // A name stays a name, so that a later installation of the shell is found; a path is made absolute.
  const bool is_path = shell_class.find('/') != std::string::npos || shell_class.ends_with(".so");
  const std::string written = is_path ? shell.library.string() : shell_class;
  if (auto done = fill(fresh, written, shell, manifest, options); !done) {
    fs::remove_all(fresh, failed);
    return done.error();
  }
  fs::remove_all(folder, failed);
  fs::rename(fresh, folder, failed);
  if (failed) return Error{folder.string() + ": cannot be written: " + failed.message()};
  return *read_kernelspec(folder);
}

Result<fs::path> remove_kernelspec(const std::string& name, const KernelspecPlace& place) {
  const auto kernels = kernels_folder(place);
  if (!kernels) return kernels.error();
  const fs::path folder = *kernels / name;
  std::error_code failed;
  if (!is_kernel_name(name) || !fs::exists(folder, failed)) {
    return Error{"no kernelspec \"" + name + "\" in " + kernels->string(), Exit::no_shell};
  }
  if (!read_kernelspec(folder)) return Error{folder.string() + ": is no kernelspec of Hermit's and stays"};
  fs::remove_all(folder, failed);
  if (failed) return Error{folder.string() + ": cannot be removed: " + failed.message()};
  return folder;
}

std::vector<Kernelspec> installed_kernelspecs(const fs::path& folder) {
  std::vector<Kernelspec> specs;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (auto spec = read_kernelspec(entry.path())) specs.push_back(std::move(*spec));
  }
  std::sort(specs.begin(), specs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return specs;
}

}  // namespace hermit
