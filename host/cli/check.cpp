// hermit check: whether a shell keeps the rules of the ABI (S3).
#include <iostream>

#include "base/file.hpp"
#include "base/text.hpp"
#include "check/catalogue.hpp"
#include "check/report.hpp"
#include "check/runner.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"

namespace hermit {
namespace {

constexpr std::string_view standard_output = "-";

// Writes JSON to where the user wants it.
int write_json(const std::string& file, const std::string& json) {
  if (file == standard_output) {
    std::cout << json;
    return 0;
  }
  const auto done = write_file_atomically(file, json, 0644);
  return done ? 0 : report(done.error());
}

Error no_case(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& group : check::catalogue()) {
    for (const auto& known : group.cases) names.emplace_back(known.name);
  }
  const auto near = nearest(name, names);
  return Error{"there is no case \"" + name + "\"" +
                   (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                   "; hermit check --list shows all",
               Exit::usage};
}

int list_cases(const check::Options& options) {
  if (!options.json.empty()) return write_json(options.json, check::list_json());
  std::cout << check::list_text();
  return 0;
}

}  // namespace

int check_shell(const check::Options& options) {
  if (options.list) return list_cases(options);
  if (options.library.empty())
    return report(Error{"check needs the path or the name of a shell", Exit::usage});
  if (!options.only.empty() && check::find_case(options.only) == nullptr) {
    return report(no_case(options.only));
  }
  const auto shell = find_shell(options.library, shell_folders(program_path()));
  if (!shell) return report(shell.error());
  const bool for_people = options.json != standard_output;
  check::Report so_far;
  so_far.strictness = options.strictness;
  const auto done = check::run(options, program_path(), *shell, [&](const check::Tried& tried) {
    if (for_people) std::cout << check::case_text(tried, so_far, true) << std::flush;
  });
  if (for_people) std::cout << check::summary_text(done);
  if (!options.json.empty()) {
    if (const int failed = write_json(options.json, check::report_json(done)); failed != 0) return failed;
  }
  return static_cast<int>(done.good() ? Exit::ok : Exit::failed);
}

}  // namespace hermit
