// Report: what was found out about a shell, for people and for programs.
#pragma once

#include <string>

#include "check/runner.hpp"

namespace hermit::check {

// One case, as text of one or more lines; "" for one that passed or was skipped, unless `all`.
std::string case_text(const Tried& tried, const Report& report, bool all);

// The end of the report: how many cases came to what, and whether the shell keeps its promises.
std::string summary_text(const Report& report);

// All of it. docs/check.md lists the keys.
std::string report_json(const Report& report);

// The catalogue, as text of a line for each case, or as JSON.
std::string list_text();
std::string list_json();

}  // namespace hermit::check
