#include "check/verdict.hpp"

#include <array>
#include <utility>

#include <hermit/hermit.h>

#include "base/text.hpp"

namespace hermit::check {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 5> names{{{Outcome::passed, "passed"},
                                                                     {Outcome::failed, "failed"},
                                                                     {Outcome::warning, "warning"},
                                                                     {Outcome::skipped, "skipped"},
                                                                     {Outcome::crashed, "crashed"}}};

// What a line of a report has room for.
constexpr std::size_t longest_quotation = 120;

Verdict verdict(Outcome outcome, std::string text) {
  Verdict made;
  made.outcome = outcome;
  made.text = std::move(text);
  return made;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  for (const auto& [known, name] : names) {
    if (known == outcome) return name;
  }
  return "";
}

Verdict passed() { return {}; }
Verdict failed(std::string text) { return verdict(Outcome::failed, std::move(text)); }
Verdict skipped(std::string text) { return verdict(Outcome::skipped, std::move(text)); }

Verdict warning(std::string text, int counts_from) {
  Verdict made = verdict(Outcome::warning, std::move(text));
  made.counts_from = counts_from;
  return made;
}

std::string verdict_text(const Verdict& verdict) {
  return dump_json({{"outcome", outcome_name(verdict.outcome)},
                    {"text", verdict.text},
                    {"counts_from", verdict.counts_from},
                    {"facts", verdict.facts}});
}

Result<Verdict> read_verdict(std::string_view text) {
  const auto json = parse_json_object(text);
  if (!json) return json.error();
  Verdict read;
  read.text = json->value("text", "");
  read.counts_from = json->value("counts_from", warnings_count_from);
  read.facts = json->value("facts", Json::object());
  const std::string outcome = json->value("outcome", "");
  for (const auto& [known, name] : names) {
    if (name != outcome) continue;
    read.outcome = known;
    return read;
  }
  return Error{"no verdict: " + in_quotes(text)};
}

std::string in_quotes(std::string_view text) {
  const std::string whole = repaired_utf8(text.substr(0, longest_quotation));
  std::string line = "\"";
  for (const char character : whole) {
    if (character == '\n') {
      line += "\\n";
    } else if (static_cast<unsigned char>(character) < ' ') {
      line += "\\?";
    } else {
      line += character;
    }
  }
  if (text.size() <= longest_quotation) return line + "\"";
  return line + "…\" (" + std::to_string(text.size()) + " bytes)";
}

std::string status_name(int status) {
  switch (status) {
    case HERMIT_OK:
      return "HERMIT_OK";
    case HERMIT_PENDING:
      return "HERMIT_PENDING";
    case HERMIT_USER_ERROR:
      return "HERMIT_USER_ERROR";
    case HERMIT_INTERRUPTED:
      return "HERMIT_INTERRUPTED";
    case HERMIT_UNSUPPORTED:
      return "HERMIT_UNSUPPORTED";
    case HERMIT_INVALID:
      return "HERMIT_INVALID";
    case HERMIT_REFUSED:
      return "HERMIT_REFUSED";
    case HERMIT_STALE:
      return "HERMIT_STALE";
    case HERMIT_FAILED:
      return "HERMIT_FAILED";
    default:
      return "the status " + std::to_string(status);
  }
}

}  // namespace hermit::check
