// hermit doctor: what is wrong with the installation, and what to type (S5).
#include <iostream>

#include "cli/health.hpp"
#include "cli/interruption.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

// A program, then the shell that it starts, then the manifest of that.
constexpr int repair_rounds = 3;

Problems all_problems(const Scope& scope) {
  Problems all;
  for (auto& problems : {left_problems(scope), kernelspec_problems(scope), visibility_problems(scope),
                         shell_problems(scope), config_problems(scope), runtime_problems()}) {
    all.insert(all.end(), problems.begin(), problems.end());
  }
  if (Interruption::signal() != 0) Interruption::end_process();  // what was found is not all, or not true
  return all;
}

// Mends what can be mended, and says what could not be; what has been done is returned.
std::vector<std::string> mended(const Problems& problems) {
  std::vector<std::string> done;
  for (const auto& problem : problems) {
    if (!problem.repair) continue;
    const auto repaired = problem.repair();
    if (repaired) {
      done.push_back(problem.message);
    } else {
      std::cerr << "hermit: " << repaired.error().message << '\n';
    }
  }
  return done;
}

void print_text(const std::vector<std::string>& repaired, const Problems& problems) {
  for (const auto& message : repaired) std::cout << "mended: " << message << '\n';
  for (const auto& problem : problems) {
    std::cout << problem.message << "\n    " << problem.command << '\n';
  }
  if (problems.empty()) std::cout << "nothing is wrong\n";
}

void print_json(const std::vector<std::string>& repaired, const Problems& problems) {
  Json list = Json::array();
  for (const auto& problem : problems) {
    list.push_back({{"kind", problem.kind},
                    {"message", problem.message},
                    {"command", problem.command},
                    {"repairable", problem.repair != nullptr}});
  }
  std::cout << dump_json({{"healthy", problems.empty()}, {"problems", list}, {"repaired", repaired}}) << '\n';
}

}  // namespace

int doctor(const DoctorOptions& options) {
  Scope scope{program_path(), {}, std::nullopt, options.check};
  auto asked = folders_of_jupyter_program();
  scope.jupyter = asked ? std::move(*asked) : jupyter_folders();
  if (options.place.is_given()) {
    const auto given = kernels_folder(options.place);
    if (!given) return report(given.error());
    scope.given = *given;
  }
  const Interruption interruption;  // a kernel that is being tried ends with us
  auto problems = all_problems(scope);
  std::vector<std::string> repaired;
  // What is mended may uncover another problem behind it.
  for (int round = 0; options.repair && round < repair_rounds; ++round) {
    const auto done = mended(problems);
    if (done.empty()) break;
    repaired.insert(repaired.end(), done.begin(), done.end());
    problems = all_problems(scope);
  }
  options.json ? print_json(repaired, problems) : print_text(repaired, problems);
  return problems.empty() ? 0 : static_cast<int>(Exit::failed);
}

}  // namespace hermit
