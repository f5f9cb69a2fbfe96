// What an installation that was killed has left: hidden folders beside kernelspecs and shells.
#include <unistd.h>

#include "cli/health.hpp"
#include "cli/shell_copy.hpp"
#include "cli/words.hpp"
#include "cli/workshop.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

using End = Result<void> (*)(const fs::path& folder);

// `repair` is the line that has doctor call `end` for the folder.
void add_left(const fs::path& folder, const std::string& repair, End end, Problems& problems) {
  for (const auto& left : Workshop::left_in(folder)) {
    const std::string message = left.string() + ": was left by an installation that was killed";
    if (access(left.c_str(), R_OK | W_OK | X_OK) == 0) {
      problems.push_back({"left-over", message, repair, [folder, end] { return end(folder); }});
    } else {
      problems.push_back({"left-over", message, "sudo " + command_line({"rm", "-r", left.string()})});
    }
  }
}

}  // namespace

Problems left_problems(const Scope& scope) {
  Problems problems;
  for (const auto& kernels : examined_folders(scope)) {
    add_left(kernels, command_for(scope.program, {"doctor", "--repair"}, kernels), end_left_kernelspecs,
             problems);
  }
  for (const auto& shells : shell_folders(scope.program)) {
    add_left(shells, command_line({scope.program.string(), "doctor", "--repair"}), end_left_copies, problems);
  }
  return problems;
}

}  // namespace hermit
