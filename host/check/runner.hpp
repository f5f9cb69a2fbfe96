// Runner: tries cases on a shell, each in a process of its own with a limit to its time, so that none can
// hang or crash the check.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "check/case.hpp"
#include "shell/finder.hpp"

namespace hermit::check {

struct Options {
  std::string library;  // a path, or the name of a shell
  int strictness = 5;   // 1 to 10: which cases are tried, and which warnings count
  std::string only;     // one case, by its name; all without it
  std::string json;     // the file for the report as JSON, "-" for standard output, or none
  bool list = false;    // show the cases, and try none
  int time_limit = 60;  // of one case, in seconds
};

// A case that was tried, or skipped.
struct Tried {
  std::string_view group;
  const Case* tried;
  Verdict verdict;
  double seconds = 0;
};

struct Report {
  FoundShell shell;
  int strictness = 0;
  std::vector<Tried> cases;

  // Whether a verdict counts against the shell.
  bool counts(const Verdict& verdict) const;
  std::size_t count(Outcome outcome) const;
  // True when none does.
  bool good() const;
};

// From this strictness on a sample that is missing is a warning; from the second on it counts.
inline constexpr int samples_wanted_from = 7;
inline constexpr int samples_needed_from = 10;

// Tries the cases on `shell`. `program` is `hermit`. `shown` is called with each case, in order, on the
// calling thread. [main-thread]
Report run(const Options& options, const std::filesystem::path& program, const FoundShell& shell,
           const std::function<void(const Tried&)>& shown);

}  // namespace hermit::check
