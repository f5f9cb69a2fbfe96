// Output: what cells show, and in which form.
#include <charconv>
#include <optional>
#include <sstream>

#include "base/text.hpp"
#include "check/catalogue.hpp"
#include "check/trial.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#extensions";
constexpr Rule bundle{"hermit/abi.h", "hermit_mime", page};

constexpr int lines_printed = 1000;

Verdict prints_to_stderr(Trial& trial) {
  const Ran ran = trial.run(trial.sample("complains"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string wanted = trial.sample("complains", "stderr");
  if (ran.heard.err == wanted) return passed();
  return failed("to stderr it printed " + in_quotes(ran.heard.err) + ", to stdout " +
                in_quotes(ran.heard.out));
}

// The number in a line, whatever stands around it.
std::optional<int> number_in(std::string_view line) {
  const auto begin = line.find_first_of("0123456789");
  int number = 0;
  if (begin == std::string_view::npos) return std::nullopt;
  std::from_chars(line.data() + begin, line.data() + line.size(), number);
  return number;
}

Verdict prints_lines_in_order(Trial& trial) {
  const Ran ran = trial.run(trial.sample("prints_lines"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  std::istringstream out(ran.heard.out);
  std::string line;
  std::optional<int> before;
  int count = 0;
  for (; std::getline(out, line); ++count) {
    const auto number = number_in(line);
    if (!number || (before && *number != *before + 1))
      return failed("line " + std::to_string(count + 1) + " is " + in_quotes(line));
    before = number;
  }
  return count == lines_printed ? passed() : failed("it printed " + std::to_string(count) + " lines");
}

// What is wrong with what a cell showed; nothing when all is well.
std::string problem_of_shown(const Shown& shown) {
  for (const auto& part : shown.parts) {
    if (part.type.find('/') == std::string::npos) return "a part has the type " + in_quotes(part.type);
    if (part.form == HERMIT_MIME_TEXT && !is_utf8(part.data)) return "the part " + part.type + " is no UTF-8";
    if (part.form == HERMIT_MIME_JSON && !parse_json(part.data))
      return "the part " + part.type + " is no JSON: " + in_quotes(part.data);
  }
  if (!parse_json_object(shown.metadata))
    return "the metadata are no JSON object: " + in_quotes(shown.metadata);
  return "";
}

Verdict first_problem(const std::vector<Shown>& all) {
  for (const auto& shown : all) {
    if (const auto problem = problem_of_shown(shown); !problem.empty()) return failed(problem);
  }
  return passed();
}

Verdict values_are_well_formed(Trial& trial) {
  return first_problem(trial.run(trial.sample("value")).heard.results);
}

Verdict displays(Trial& trial) {
  const Ran ran = trial.run(trial.sample("displays"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  return ran.heard.displays.empty() ? failed("the sample \"displays\" displayed nothing") : passed();
}

Verdict displays_are_well_formed(Trial& trial) {
  return first_problem(trial.run(trial.sample("displays")).heard.displays);
}

Verdict displays_have_plain_text(Trial& trial) {
  for (const auto& shown : trial.run(trial.sample("displays")).heard.displays) {
    if (!shown.part("text/plain")) return warning("what it displays has no part text/plain");
  }
  return passed();
}

}  // namespace

Group output_cases() {
  return {"output",
          {{.name = "prints-to-stderr",
            .promise = "What is written to the language's standard error goes to HERMIT_STDERR.",
            .rule = {"hermit/ext/output.h", "HERMIT_STDERR", page},
            .advice = "call stream with HERMIT_STDERR for it",
            .run = prints_to_stderr,
            .needs = {.samples = {"complains"}}},
           {.name = "prints-lines-in-order",
            .promise =
                "A thousand lines come in the order in which they were printed, and before the cell's end.",
            .rule = {"hermit/ext/output.h", "stream", page},
            .advice = "call stream on the thread that prints, and flush buffers before execute returns",
            .run = prints_lines_in_order,
            .needs = {.samples = {"prints_lines"}}},
           {.name = "values-are-well-formed",
            .promise = "Each part of a value is what its form says.",
            .rule = bundle,
            .advice = "give JSON as HERMIT_MIME_JSON, and any bytes as HERMIT_MIME_BINARY",
            .run = values_are_well_formed,
            .needs = {.samples = {"value"}}},
           {.name = "displays",
            .promise = "What a cell displays is shown while it runs.",
            .rule = {"hermit/ext/output.h", "display", page},
            .advice = "call display of hermit.output/1 with the cell's request",
            .run = displays,
            .needs = {.samples = {"displays"}}},
           {.name = "displays-are-well-formed",
            .promise = "Each part of what is displayed is what its form says.",
            .rule = bundle,
            .advice = "give JSON as HERMIT_MIME_JSON, and any bytes as HERMIT_MIME_BINARY",
            .run = displays_are_well_formed,
            .needs = {.samples = {"displays"}}},
           {.name = "displays-have-plain-text",
            .promise = "What is displayed has a part text/plain, for consoles.",
            .rule = bundle,
            .advice = "add a part text/plain that says in a line what is shown",
            .run = displays_have_plain_text,
            .needs = {.samples = {"displays"}},
            .level = 5}}};
}

}  // namespace hermit::check
