// Shells one by one: does the library load, does its manifest tell the truth, is all there that it needs.
#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <system_error>

#include "base/file.hpp"
#include "cli/health.hpp"
#include "cli/proof.hpp"
#include "cli/shell_copy.hpp"
#include "cli/words.hpp"
#include "protocol/json.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

bool matches_a_file(const std::string& pattern) {
  glob_t found{};
  const bool any = glob(pattern.c_str(), 0, nullptr, &found) == 0;
  globfree(&found);
  return any;
}

// The line that brings a shell back as it should be, or else takes it away.
std::string mending_line(const Scope& scope, const FoundShell& shell) {
  const auto receipt = read_receipt(shell.library.parent_path(), shell.name);
  std::error_code none;
  if (receipt && fs::exists(receipt->source, none) && manifest_of_library(receipt->source)) {
    return command_line({scope.program.string(), "install", receipt->source.string()});
  }
  if (receipt) return command_line({scope.program.string(), "uninstall", shell.name});
  return command_line({"rm", "-f", shell.library.string(), shell.manifest.string()});
}

std::optional<Problem> manifest_problem(const Scope& scope, const FoundShell& shell,
                                        const std::string& truth) {
  std::error_code none;
  if (!fs::exists(shell.manifest, none)) return std::nullopt;  // the library is asked instead
  const auto text = manifest_text(shell);
  const auto written = text ? parse_json(*text) : Result<Json>(text.error());
  const auto held = parse_json(truth);
  if (written && held && *written == *held) return std::nullopt;
  const std::string why = written ? "differs from what the library says" : "is no JSON";
  return Problem{"manifest", shell.manifest.string() + ": " + why,
                 command_line({scope.program.string(), "manifest", shell.library.string(), "--output",
                               shell.manifest.string()}),
                 [shell, truth] { return write_file_atomically(shell.manifest, truth, 0644); }};
}

void examine_needs(const Scope& scope, const FoundShell& shell, const std::string& truth,
                   Problems& problems) {
  const auto manifest = parse_manifest(truth);
  if (!manifest) {
    problems.push_back(
        {"library", shell.library.string() + ": " + manifest.error().message, mending_line(scope, shell)});
    return;
  }
  std::error_code none;
  for (const auto& file : manifest->files) {
    const fs::path path = shell.library.parent_path() / file;
    if (fs::exists(path, none)) continue;
    problems.push_back(
        {"files-missing", shell.library.string() + ": needs " + path.string(), mending_line(scope, shell)});
  }
  for (const auto& [pattern, package] : manifest->system_files) {
    if (matches_a_file(pattern)) continue;
    problems.push_back({"system-files", shell.library.string() + ": needs " + pattern + " of the system",
                        "sudo apt-get install " + shell_word(package)});
  }
}

// Nothing, or that others can put their own code into what kernels load.
std::optional<Problem> open_to_all(const fs::path& path) {
  std::error_code failed;
  const auto status = fs::status(path, failed);
  if (failed || (status.permissions() & fs::perms::others_write) == fs::perms::none) return std::nullopt;
  return Problem{"permissions", path.string() + ": can be changed by every user of this machine",
                 command_line({"chmod", "o-w", path.string()}), [path]() -> Result<void> {
                   std::error_code why;
                   fs::permissions(path, fs::perms::others_write, fs::perm_options::remove, why);
                   return why ? Result<void>(Error{path.string() + ": " + why.message()}) : Result<void>();
                 }};
}

void examine(const Scope& scope, const FoundShell& shell, Problems& problems) {
  if (auto problem = open_to_all(shell.library)) problems.push_back(std::move(*problem));
  if (access(shell.library.c_str(), R_OK) != 0) {
    problems.push_back({"permissions", shell.library.string() + ": may not be read",
                        command_line({"chmod", "a+r", shell.library.string()})});
    return;
  }
  const auto truth = manifest_of_library(shell.library);
  if (!truth) {
    problems.push_back({"library", truth.error().message, mending_line(scope, shell)});
    return;
  }
  if (auto problem = manifest_problem(scope, shell, *truth)) problems.push_back(std::move(*problem));
  examine_needs(scope, shell, *truth, problems);
}

// The line that takes away the copy of a shell: with the kernelspec that was made of it.
std::string removing_line(const Scope& scope, const FoundShell& copy) {
  for (const auto& kernels : examined_folders(scope)) {
    for (const auto& spec : installed_kernelspecs(kernels)) {
      if (spec.shell_class == copy.library)
        return command_for(scope.program, {"uninstall", "--name", spec.name}, kernels);
    }
  }
  return command_line({scope.program.string(), "uninstall", copy.name});
}

Problem hidden(const Scope& scope, const FoundShell& shown, const FoundShell& other) {
  const bool is_copy = read_receipt(shown.library.parent_path(), shown.name).has_value();
  return {"shell-hidden",
          other.library.string() + ": is hidden by " + shown.library.string() + ", which has the same name",
          is_copy ? removing_line(scope, shown)
                  : command_line({"rm", "-f", shown.library.string(), shown.manifest.string()})};
}

// No shell at all: what is left of an installation.
Problem nothing_there(const Scope& scope, const std::vector<fs::path>& folders) {
  std::string list;
  for (const auto& folder : folders) list += (list.empty() ? "" : ", ") + folder.string();
  const fs::path prefix = scope.program.parent_path().parent_path();
  return {"shell-missing", "there is no shell in " + list,
          prefix == "/usr" ? "sudo apt-get install --reinstall hermit"
                           : "cmake --install build --prefix " + shell_word(prefix.string())};
}

}  // namespace

Problems shell_problems(const Scope& scope) {
  Problems problems;
  std::map<std::string, FoundShell> seen;
  const char* listed = std::getenv("HERMIT_SHELL_PATH");
  const auto folders = shell_folders(scope.program);
  bool is_empty = true;
  for (const auto& folder : folders) {
    if (auto problem = open_to_all(folder)) problems.push_back(std::move(*problem));
    // Who sets HERMIT_SHELL_PATH wants other shells to be hidden.
    const bool is_listed =
        listed != nullptr &&
        (":" + std::string(listed) + ":").find(":" + folder.string() + ":") != std::string::npos;
    for (const auto& shell : all_shells({folder})) {
      const auto [place, is_first] = seen.emplace(shell.name, shell);
      if (!is_first) problems.push_back(hidden(scope, place->second, shell));
      if (is_listed) seen.erase(place);
      examine(scope, shell, problems);
      is_empty = false;
    }
  }
  if (is_empty) problems.push_back(nothing_there(scope, folders));
  return problems;
}

}  // namespace hermit
