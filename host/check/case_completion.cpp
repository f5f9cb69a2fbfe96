// Completion and inspection: offsets into code are bytes, and every one of them is answered.
#include <algorithm>

#include "base/text.hpp"
#include "check/catalogue.hpp"
#include "check/lent_memory.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr Rule complete{"hermit/ext/complete.h", "complete", "docs/abi.md#extensions"};
constexpr Rule range{"hermit/ext/complete.h", "range", "docs/abi.md#extensions"};
constexpr Rule inspect{"hermit/ext/inspect.h", "inspect", "docs/abi.md#extensions"};

bool has_match(const Completion& completion, const std::string& text) {
  return std::any_of(completion.matches.begin(), completion.matches.end(),
                     [&](const Match& match) { return match.text == text; });
}

bool is_boundary(std::string_view code, std::uint64_t offset) {
  return offset <= code.size() && is_utf8(code.substr(0, offset));
}

Verdict completes(Trial& trial) {
  const std::string code = trial.sample("completes");
  const Completion completion = trial.session().complete(code, code.size());
  if (completion.status != HERMIT_OK) return failed("complete came to " + status_name(completion.status));
  const std::string wanted = trial.sample("completes", "match");
  if (has_match(completion, wanted)) return passed();
  return failed(std::to_string(completion.matches.size()) + " matches for " + in_quotes(code) +
                ", none of them " + in_quotes(wanted));
}

// Code of which the sample is the end, behind characters of several bytes.
std::string behind_wide_characters(const Trial& trial, const std::string& code) {
  return trial.manifest().value("line_comment", "#") + " äöü 😀\n" + code;
}

Verdict ranges_are_bytes(Trial& trial) {
  const std::string sample = trial.sample("completes");
  const std::string code = behind_wide_characters(trial, sample);
  const Completion plain = trial.session().complete(sample, sample.size());
  const Completion behind = trial.session().complete(code, code.size());
  const std::size_t moved = code.size() - sample.size();
  if (!has_match(behind, trial.sample("completes", "match")))
    return failed("behind a comment with wide characters the match is missing");
  if (behind.start == plain.start + moved && behind.end == plain.end + moved) return passed();
  return failed("the range begins at " + std::to_string(behind.start) + ", and not at byte " +
                std::to_string(plain.start + moved));
}

// Has something asked at each boundary of the code.
template <class Ask>
Verdict at_every_offset(const std::string& code, Ask ask) {
  for (std::uint64_t cursor = 0; cursor <= code.size(); ++cursor) {
    if (!is_boundary(code, cursor)) continue;
    const std::string problem = ask(cursor);
    if (!problem.empty())
      return failed("at byte " + std::to_string(cursor) + " of " + in_quotes(code) + " " + problem);
  }
  return passed();
}

Verdict completes_at_every_offset(Trial& trial) {
  const std::string code = behind_wide_characters(trial, trial.sample("completes")) + "\n😀";
  return at_every_offset(code, [&](std::uint64_t cursor) -> std::string {
    const Completion completion = trial.session().complete(code, cursor);
    if (completion.status != HERMIT_OK) return "complete came to " + status_name(completion.status);
    if (completion.start <= completion.end && is_boundary(code, completion.start) &&
        is_boundary(code, completion.end))
      return "";
    return "the range goes from " + std::to_string(completion.start) + " to " +
           std::to_string(completion.end);
  });
}

Verdict completes_without_a_nul(Trial& trial) {
  const LentMemory code(trial.sample("completes"), LentMemory::End::nothing);
  const Completion completion = trial.session().complete(view(code.text()), code.text().size);
  if (completion.status != HERMIT_OK) return failed("complete came to " + status_name(completion.status));
  return has_match(completion, trial.sample("completes", "match")) ? passed()
                                                                   : failed("the match is missing");
}

Verdict completing_runs_nothing(Trial& trial) {
  const std::string code = trial.sample("prints");
  trial.session().complete(code + "\n", code.size() + 1);
  trial.session().complete(code, code.size());
  for (hermit_request request = 1; request <= 2; ++request) {
    const Heard heard = trial.session().host().heard(request);
    if (!heard.out.empty()) return failed("completing ran the code: it printed " + in_quotes(heard.out));
  }
  return passed();
}

Verdict inspects(Trial& trial) {
  const std::string code = trial.sample("inspects");
  const Inspection inspection = trial.session().inspect(code, code.size());
  if (inspection.status != HERMIT_OK) return failed("inspect came to " + status_name(inspection.status));
  if (inspection.found.empty()) return failed("it found nothing at the end of " + in_quotes(code));
  return inspection.found.front().part("text/plain") ? passed()
                                                     : failed("the description has no part text/plain");
}

Verdict inspects_at_every_offset(Trial& trial) {
  const std::string code = behind_wide_characters(trial, trial.sample("inspects")) + "\n😀";
  return at_every_offset(code, [&](std::uint64_t cursor) -> std::string {
    const auto status = trial.session().inspect(code, cursor).status;
    return status == HERMIT_OK ? "" : "inspect came to " + status_name(status);
  });
}

Verdict inspecting_nothing_is_ok(Trial& trial) {
  for (const std::string_view code : {"", " ", "\n\n"}) {
    const Inspection inspection = trial.session().inspect(code, 0);
    if (inspection.status != HERMIT_OK)
      return failed("of " + in_quotes(code) + " inspect came to " + status_name(inspection.status));
    if (!inspection.found.empty()) return failed("it describes something in " + in_quotes(code));
  }
  return passed();
}

std::vector<Case> about_completion() {
  const Needs needs{.samples = {"completes"}, .extension = HERMIT_EXT_COMPLETE};
  return {{.name = "completes",
           .promise = "complete offers the ways to go on with the word at the cursor.",
           .rule = complete,
           .advice = "put each to sink->add, after sink->range",
           .run = completes,
           .needs = needs},
          {.name = "completion-ranges-are-bytes",
           .promise = "Cursor and range of a completion count bytes, whatever characters stand before.",
           .rule = range,
           .advice = "give sink->range byte offsets; the host turns them into characters",
           .run = ranges_are_bytes,
           .needs = needs},
          {.name = "completes-at-every-offset",
           .promise = "With the cursor anywhere complete answers, with a range inside the code.",
           .rule = range,
           .advice = "keep the range between 0 and the size of the code, start not behind end",
           .run = completes_at_every_offset,
           .needs = needs},
          {.name = "completes-by-size",
           .promise = "The code to complete is read by its size, without a NUL at its end.",
           .rule = {"hermit/abi.h", "convention 1", "docs/abi.md#conventions"},
           .advice = "use code.size; copy the code when the interpreter needs a NUL",
           .run = completes_without_a_nul,
           .needs = needs,
           .level = 4},
          {.name = "completing-runs-nothing",
           .promise = "Completing code does not run it.",
           .rule = complete,
           .advice = "look names up without evaluating anything",
           .run = completing_runs_nothing,
           .needs = {.samples = {"prints"}, .extension = HERMIT_EXT_COMPLETE},
           .level = 4}};
}

std::vector<Case> about_inspection() {
  const Needs needs{.samples = {"inspects"}, .extension = HERMIT_EXT_INSPECT};
  return {{.name = "inspects",
           .promise = "inspect describes the name at the cursor, in plain text too.",
           .rule = inspect,
           .advice = "put a bundle with text/plain to the sink; the cursor may stand behind the name",
           .run = inspects,
           .needs = needs},
          {.name = "inspects-at-every-offset",
           .promise = "With the cursor anywhere inspect answers HERMIT_OK.",
           .rule = inspect,
           .advice = "look at the size before the byte at the cursor, which may be the end",
           .run = inspects_at_every_offset,
           .needs = needs},
          {.name = "inspecting-nothing-is-ok",
           .promise = "Where there is no name inspect puts nothing and returns HERMIT_OK.",
           .rule = inspect,
           .advice = "return HERMIT_OK without a bundle when nothing is found",
           .run = inspecting_nothing_is_ok,
           .needs = {.extension = HERMIT_EXT_INSPECT}}};
}

}  // namespace

Group completion_cases() {
  auto cases = about_completion();
  for (auto& more : about_inspection()) cases.push_back(more);
  return {"completion", std::move(cases)};
}

}  // namespace hermit::check
