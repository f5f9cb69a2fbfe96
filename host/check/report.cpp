#include "check/report.hpp"

#include <algorithm>
#include <array>

#include "check/catalogue.hpp"

namespace hermit::check {
namespace {

std::string rule_text(const Rule& rule) {
  return std::string(rule.header) + ", " + std::string(rule.place) + "; " + std::string(rule.page);
}

Json case_json(std::string_view group, const Case& listed) {
  return {
      {"name", listed.name},
      {"group", group},
      {"promise", listed.promise},
      {"rule", {{"header", listed.rule.header}, {"place", listed.rule.place}, {"page", listed.rule.page}}},
      {"advice", listed.advice},
      {"level", listed.level},
      {"samples", listed.needs.samples},
      {"ability", listed.needs.ability},
      {"extension", listed.needs.extension}};
}

constexpr std::array<Outcome, 5> outcomes{Outcome::passed, Outcome::failed, Outcome::crashed,
                                          Outcome::warning, Outcome::skipped};

}  // namespace

std::string case_text(const Tried& tried, const Report& report, bool all) {
  const Verdict& verdict = tried.verdict;
  const bool is_quiet = verdict.outcome == Outcome::passed || verdict.outcome == Outcome::skipped;
  if (is_quiet && !all) return "";
  std::string line(outcome_name(verdict.outcome));
  line.resize(9, ' ');
  line += std::string(tried.tried->name) + '\n';
  if (verdict.outcome == Outcome::passed) return line;
  const auto add = [&line](std::string_view what, std::string_view text) {
    line += "    " + std::string(what) + std::string(text) + '\n';
  };
  add("", verdict.text);
  if (verdict.outcome == Outcome::skipped) return line;
  for (const auto& frame : verdict.frames) add("  ", frame);
  add("rule:   ", tried.tried->promise);
  add("        ", rule_text(tried.tried->rule));
  add("change: ", tried.tried->advice);
  if (!report.counts(verdict))
    add("", "It counts from --strictness " + std::to_string(verdict.counts_from) + " on.");
  return line;
}

std::string summary_text(const Report& report) {
  std::string text = report.shell.library.string() + ": " + std::to_string(report.cases.size()) +
                     " cases at strictness " + std::to_string(report.strictness);
  for (const Outcome outcome : outcomes) {
    const auto count = report.count(outcome);
    if (count > 0) text += ", " + std::to_string(count) + " " + std::string(outcome_name(outcome));
  }
  return text +
         (report.good() ? "\nThe shell keeps its promises.\n" : "\nThe shell does not keep its promises.\n");
}

std::string report_json(const Report& report) {
  Json counts = Json::object();
  for (const Outcome outcome : outcomes) counts[std::string(outcome_name(outcome))] = report.count(outcome);
  Json cases = Json::array();
  for (const auto& tried : report.cases) {
    Json entry = case_json(tried.group, *tried.tried);
    entry["outcome"] = outcome_name(tried.verdict.outcome);
    entry["counts"] = report.counts(tried.verdict);
    entry["text"] = tried.verdict.text;
    entry["backtrace"] = tried.verdict.frames;
    entry["seconds"] = tried.seconds;
    cases.push_back(std::move(entry));
  }
  const Json json{{"hermit", HERMIT_VERSION},
                  {"library", report.shell.library.string()},
                  {"strictness", report.strictness},
                  {"good", report.good()},
                  {"counts", counts},
                  {"cases", cases}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string list_text() {
  std::string text;
  for (const auto& group : catalogue()) {
    text += std::string(group.name) + "\n";
    for (const auto& listed : group.cases) {
      std::string line = "  " + std::string(listed.name);
      line.resize(std::max<std::size_t>(line.size() + 1, 38), ' ');
      text += line + std::string(listed.promise) + "\n";
    }
  }
  return text;
}

std::string list_json() {
  Json cases = Json::array();
  for (const auto& group : catalogue()) {
    for (const auto& listed : group.cases) cases.push_back(case_json(group.name, listed));
  }
  return cases.dump(2) + "\n";
}

}  // namespace hermit::check
