// A kernelspec is filled in a folder that Jupyter does not see, and changes places with the one that was
// there.
#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/file.hpp"
#include "cli/kernelspec.hpp"
#include "cli/logos.hpp"
#include "cli/program.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1 << 20;  // of the template
constexpr unsigned public_file = 0644;

// In a workshop, the kernelspec that was there before, where two folders cannot change places. No name of
// one.
constexpr const char* moved_away = ".before";

Error cannot_be_written(const fs::path& path, const std::error_code& failed) {
  return Error{path.string() + ": cannot be written: " + failed.message()};
}

Result<std::string> kernel_json(const std::string& shell_class, const Manifest& manifest,
                                const KernelspecOptions& options, const fs::path& kernels) {
  const fs::path file = kernelspec_data() / "kernel.json.in";
  const auto text = read_file(file, size_limit);
  if (!text) return text.error();
  auto json = parse_json(*text);
  if (!json) return Error{file.string() + ": " + json.error().message};
  Json argv = {program_for(kernels), "start", "-f", "{connection_file}", "--shell_class=" + shell_class};
  for (const auto& setting : options.settings) argv.push_back(setting);
  (*json)["argv"] = std::move(argv);
  (*json)["display_name"] = options.display_name.empty() ? manifest.display_name : options.display_name;
  (*json)["language"] = manifest.language_info.value("name", "");
  if (!options.environment.empty()) (*json)["env"] = options.environment;
  (*json)["metadata"]["hermit"]["shell"] = shell_class;
  return json->dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Nothing, or why the name cannot be taken: whatever is not Hermit's stays.
Result<void> check_free(const fs::path& folder) {
  std::error_code failed;
  const auto status = fs::symlink_status(folder, failed);
  if (failed && status.type() != fs::file_type::not_found) {
    return Error{folder.string() + ": cannot be looked at: " + failed.message()};
  }
  if (!fs::exists(status)) return {};
  const bool is_ours =
      fs::is_directory(status) && (read_kernelspec(folder) || (fs::is_empty(folder, failed) && !failed));
  if (is_ours) return {};
  return Error{folder.string() + ": there is a kernelspec that Hermit did not write; choose another --name"};
}

// Has two folders change places in one step; false where that cannot be done, or one is missing.
bool exchange(const fs::path& one, const fs::path& other) {
  return renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
}

// Jupyter's own installer makes names small, since its clients do not tell them apart by case.
std::string lower(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

Result<std::string> checked_name(const std::string& wanted, const Manifest& manifest) {
  const std::string name = lower(wanted.empty() ? "hermit-" + manifest.name : wanted);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (!name.empty() && name.front() != '.' && name.front() != '-' &&
      name.find_first_not_of(allowed) == std::string::npos)
    return name;
  return Error{
      "--name has to consist of letters, digits, \"-\", \"_\" and \".\", and begin with a letter, a digit or "
      "\"_\", not \"" +
          wanted + "\"",
      Exit::usage};
}

}  // namespace

Result<FreshKernelspec> FreshKernelspec::write(const std::string& shell_class, const FoundShell& shell,
                                               const Manifest& manifest, const KernelspecOptions& options) {
  const auto name = checked_name(options.name, manifest);
  if (!name) return name.error();
  const auto kernels = kernels_folder(options.place);
  if (!kernels) return kernels.error();
  const fs::path folder = *kernels / *name;
  if (auto free = check_free(folder); !free) return free.error();
  std::error_code failed;
  fs::create_directories(*kernels, failed);
  if (failed) return Error{kernels->string() + ": cannot be made: " + failed.message()};

  if (auto ended = end_left_kernelspecs(*kernels); !ended) return ended.error();
  // Without a kernel.json of its own this folder is none of Jupyter's business.
  auto workshop = Workshop::make(*kernels);
  if (!workshop) return workshop.error();
  FreshKernelspec fresh(*name, std::move(*workshop));
  if (auto done = fresh.fill(shell_class, shell, manifest, options); !done) return done.error();
  if (auto done = fresh.put_in_place(folder); !done) return done.error();
  auto written = read_kernelspec(folder);
  if (!written) return Error{folder.string() + ": what was written there cannot be read"};
  fresh.spec_ = std::move(*written);
  return fresh;
}

Result<void> FreshKernelspec::fill(const std::string& shell_class, const FoundShell& shell,
                                   const Manifest& manifest, const KernelspecOptions& options) {
  const fs::path folder = workshop_.path() / spec_.name;
  std::error_code failed;
  fs::create_directory(folder, failed);
  if (failed) return cannot_be_written(folder, failed);
  const auto json = kernel_json(shell_class, manifest, options, workshop_.place());
  if (!json) return json.error();
  if (auto done = copy_logos(shell.name, options.logos, folder); !done) return done;
  return write_file_atomically(folder / "kernel.json", *json, public_file);
}

Result<void> FreshKernelspec::put_in_place(const fs::path& folder) {
  const fs::path fresh = workshop_.path() / spec_.name;
  std::error_code failed;
  spec_.folder = folder;
  // The old one goes to where the fresh one was, in one step if the file system can do that.
  in_place_ = exchange(fresh, folder);
  if (in_place_) return {};
  const fs::path before = workshop_.path() / moved_away;
  fs::rename(folder, before, failed);
  const bool moved = !failed;
  fs::rename(fresh, folder, failed);
  if (!failed) {
    in_place_ = true;
    std::error_code none;
    if (moved) fs::rename(before, fresh, none);
    return {};
  }
  std::error_code none;
  if (moved) fs::rename(before, folder, none);
  return cannot_be_written(folder, failed);
}

FreshKernelspec::~FreshKernelspec() {
  if (workshop_.path().empty()) return;
  std::error_code none;
  const fs::path before = workshop_.path() / spec_.name;
  if (in_place_ && !exchange(before, spec_.folder)) {
    fs::remove_all(spec_.folder, none);
    if (fs::exists(before, none)) fs::rename(before, spec_.folder, none);
  }
  std::ignore = workshop_.remove();
}

void FreshKernelspec::keep() { std::ignore = workshop_.remove(); }

Result<void> end_left_kernelspecs(const fs::path& kernels) {
  for (const auto& left : Workshop::left_in(kernels)) {
    auto workshop = Workshop::take_over(left);
    if (!workshop) return Error{left.string() + ": may not be read"};
    const fs::path before = left / moved_away;
    std::error_code none;
    for (const auto& fresh : fs::directory_iterator(left, none)) {
      const fs::path place = kernels / fresh.path().filename();
      const bool is_missing = fresh.path() != before && !fs::exists(fs::symlink_status(place, none));
      if (is_missing && fs::exists(before, none)) fs::rename(before, place, none);
    }
    if (auto done = workshop->remove(); !done) return done;
  }
  return {};
}

}  // namespace hermit
