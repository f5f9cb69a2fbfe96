// Kernelspecs one by one: do they name a program and a shell that are there, and does that start.
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "cli/health.hpp"
#include "cli/program.hpp"
#include "cli/proof.hpp"
#include "cli/words.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

std::string place_of(const Kernelspec& spec) { return (spec.folder / "kernel.json").string(); }

// How a shell is named when its library is looked for by name.
std::string name_of_shell(const std::string& shell_class) {
  std::string name = fs::path(shell_class).stem().string();
  if (constexpr std::string_view prefix = "libhermit-"; name.starts_with(prefix))
    name.erase(0, prefix.size());
  return name;
}

Problem program_problem(const Scope& scope, const Kernelspec& spec) {
  const fs::path program = program_of(spec);
  std::error_code failed;
  if (fs::is_regular_file(program, failed)) {
    return {"permissions", program.string() + ": may not be executed, and " + place_of(spec) + " starts it",
            command_line({"chmod", "a+rx", program.string()})};
  }
  const fs::path kernels = spec.folder.parent_path();
  return {"program-missing", place_of(spec) + ": starts " + program.string() + ", which is not there",
          command_for(scope.program, {"doctor", "--repair"}, kernels),
          [spec, kernels] { return rewrite(spec, program_for(kernels), spec.shell_class); }};
}

Problem shell_problem(const Scope& scope, const Kernelspec& spec, const Error& why) {
  const fs::path kernels = spec.folder.parent_path();
  const std::string message = place_of(spec) + ": " + why.message;
  const std::string name = name_of_shell(spec.shell_class);
  if (name != spec.shell_class && find_shell(name, shell_folders(scope.program))) {
    return {"shell-missing", message, command_for(scope.program, {"doctor", "--repair"}, kernels),
            [spec, name] { return rewrite(spec, spec.argv.front(), name); }};
  }
  return {"shell-missing", message, command_for(scope.program, {"uninstall", "--name", spec.name}, kernels)};
}

// A folder that looks like Hermit's and holds no kernelspec that anybody can read.
std::optional<Problem> unreadable(const fs::path& folder) {
  std::error_code failed;
  if (!folder.filename().string().starts_with("hermit-")) return std::nullopt;
  if (fs::is_symlink(folder, failed) && !fs::exists(folder, failed)) {
    return Problem{"kernelspec-unreadable", folder.string() + ": is a symbolic link that leads nowhere",
                   command_line({"rm", folder.string()})};
  }
  const fs::path file = folder / "kernel.json";
  if (access(folder.c_str(), R_OK | X_OK) != 0) {
    return Problem{"permissions", folder.string() + ": may not be read",
                   command_line({"chmod", "a+rx", folder.string()})};
  }
  if (!fs::exists(fs::symlink_status(file, failed))) return std::nullopt;
  if (fs::exists(file, failed) && access(file.c_str(), R_OK) != 0) {
    return Problem{"permissions", file.string() + ": may not be read",
                   command_line({"chmod", "a+r", file.string()})};
  }
  const std::string why = defect_of(file);
  if (why.empty()) return std::nullopt;
  return Problem{"kernelspec-unreadable", file.string() + ": " + why + ", so that it starts no kernel",
                 command_line({"rm", "-r", folder.string()})};
}

void examine(const Scope& scope, const Kernelspec& spec, Problems& problems) {
  const fs::path kernels = spec.folder.parent_path();
  if (!is_executable(program_of(spec))) {
    problems.push_back(program_problem(scope, spec));
    return;
  }
  if (const auto shell = find_shell(spec.shell_class, shell_folders_of(spec)); !shell) {
    problems.push_back(shell_problem(scope, spec, shell.error()));
    return;
  }
  const bool is_seen = std::any_of(scope.jupyter.begin(), scope.jupyter.end(),
                                   [&](const fs::path& folder) { return same_place(folder, kernels); });
  if (!scope.start || !is_seen) return;
  if (const auto proof = prove(spec); !proof) {
    problems.push_back(
        {"does-not-start", place_of(spec) + ": does not start: " + proof.error().message,
         command_for(scope.program, {"install", spec.shell_class, "--name", spec.name}, kernels)});
  }
}

// Nothing, or that whoever owns it cannot write there.
std::optional<Problem> unwritable(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder, failed) || access(folder.c_str(), R_OK | W_OK | X_OK) == 0) return std::nullopt;
  return Problem{"permissions",
                 folder.string() + ": may not be written, so that no kernel can be installed there",
                 "sudo chown -R \"$(id -un)\" " + shell_word(folder.string()) + " && chmod u+rwx " +
                     shell_word(folder.string())};
}

}  // namespace

Problems kernelspec_problems(const Scope& scope) {
  Problems problems;
  const auto user = kernels_folder({});
  for (const auto& kernels : examined_folders(scope)) {
    if (user && kernels == *user) {
      if (auto problem = unwritable(kernels)) problems.push_back(std::move(*problem));
    }
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(kernels, none)) {
      if (auto problem = unreadable(entry.path())) problems.push_back(std::move(*problem));
    }
    for (const auto& spec : installed_kernelspecs(kernels)) examine(scope, spec, problems);
  }
  return problems;
}

std::string missing_part(const Kernelspec& spec) {
  if (const auto program = program_of(spec); !is_executable(program)) {
    return "its program " + program.string() + " is not there";
  }
  const auto shell = find_shell(spec.shell_class, shell_folders_of(spec));
  return shell ? "" : shell.error().message;
}

}  // namespace hermit
