// Verdict: what a case came to, as the process of the case tells it and as the report shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "protocol/json.hpp"

namespace hermit::check {

enum class Outcome { passed, failed, warning, skipped, crashed };

// As it stands in reports: "passed", "failed" …
std::string_view outcome_name(Outcome outcome);

// Warnings of this strictness and above count against a shell, unless they say otherwise.
inline constexpr int warnings_count_from = 7;

struct Verdict {
  Outcome outcome = Outcome::passed;
  std::string text;                       // what was seen, a sentence; empty when it passed
  int counts_from = warnings_count_from;  // a warning's: the strictness from which it fails the run
  std::vector<std::string> frames;        // of a crash, innermost first
  Json facts = Json::object();            // what later cases need to know
};

Verdict passed();
Verdict failed(std::string text);
Verdict warning(std::string text, int counts_from = warnings_count_from);
Verdict skipped(std::string text);

// As text between processes. The error says that it is none.
std::string verdict_text(const Verdict& verdict);
Result<Verdict> read_verdict(std::string_view text);

// Text as a sentence shows it: in quotes, in one line, and cut when it is long.
std::string in_quotes(std::string_view text);

// A status of the ABI by its name, such as "HERMIT_OK".
std::string status_name(int status);

}  // namespace hermit::check
