// Text: UTF-8 with a size, of any length, with any character, in and out.
#include "check/catalogue.hpp"
#include "check/lent_memory.hpp"
#include "check/trial.hpp"

namespace hermit::check {
namespace {

constexpr Rule text{"hermit/abi.h", "convention 1", "docs/abi.md#conventions"};

constexpr std::size_t megabyte = std::size_t{1} << 20;
constexpr std::size_t much_code = 10 * megabyte;
constexpr std::size_t much_text = megabyte;
constexpr std::size_t many_lines = 20000;

// The sample "prints_text" with this text.
std::string printing(const Trial& trial, std::string_view words) {
  constexpr std::string_view place = "$TEXT";
  std::string code = trial.sample("prints_text");
  if (const auto found = code.find(place); found != std::string::npos)
    code.replace(found, place.size(), words);
  return code;
}

Verdict prints_all_of(Trial& trial, std::string_view words) {
  const Ran ran = trial.run(printing(trial, words));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  if (ran.heard.out.find(words) != std::string::npos) return passed();
  return failed("of " + in_quotes(words) + " it printed " + in_quotes(ran.heard.out));
}

// Runs `before` and then, in the same cell, the sample "prints", whose text has to come.
Verdict prints_behind(Trial& trial, const std::string& before) {
  const Ran ran = trial.run(before + trial.sample("prints"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string wanted = trial.sample("prints", "stdout");
  return ran.heard.out == wanted ? passed()
                                 : failed("the end of the code printed " + in_quotes(ran.heard.out));
}

Verdict prints_utf8(Trial& trial) { return prints_all_of(trial, "äöß € 中文 😀 é"); }

// A byte order mark, separators of lines, the replacement character, and the last there is.
Verdict prints_rare_characters(Trial& trial) {
  return prints_all_of(trial, "<\uFEFF\u2028\u2029\uFFFD\U0010FFFD>");
}

Verdict reads_code_by_its_size(Trial& trial) {
  Session& session = trial.session();
  const LentMemory code(trial.sample("prints"), LentMemory::End::nothing);
  const Ran ran = session.run(session.shell(), session.host().open(), code.text());
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string wanted = trial.sample("prints", "stdout");
  return ran.heard.out == wanted ? passed() : failed("it printed " + in_quotes(ran.heard.out));
}

Verdict reads_no_more_than_its_size(Trial& trial) {
  Session& session = trial.session();
  const std::string code = trial.sample("prints");
  const std::string longer = code + "\n\n" + trial.sample("fails");
  const Ran ran = session.run(session.shell(), session.host().open(), {longer.data(), code.size()});
  return ran.status == HERMIT_OK ? passed() : failed("it went on behind the end of the code: " + ran.told());
}

Verdict stands_a_nul(Trial& trial) {
  const std::string prints = trial.sample("prints");
  for (const std::string& code :
       {std::string(1, '\0'), prints + '\0', '\0' + prints, prints + '\0' + prints}) {
    const Ran ran = trial.run(code);
    if (ran.status != HERMIT_OK && ran.status != HERMIT_USER_ERROR)
      return failed("of " + in_quotes(code) + " " + ran.told());
  }
  const Ran after = trial.run(prints);
  return after.status == HERMIT_OK ? passed() : failed("afterwards " + after.told());
}

Verdict reads_behind_a_nul(Trial& trial) {
  const std::string comment = trial.manifest().value("line_comment", "");
  if (comment.empty()) return skipped("the manifest has no \"line_comment\"");
  using namespace std::string_literals;
  const Verdict verdict = prints_behind(trial, comment + " \0 in a comment\n"s);
  // A language may have no place for it; only to stop there in silence is wrong.
  return verdict.text.find("HERMIT_USER_ERROR") != std::string::npos ? passed() : verdict;
}

Verdict runs_much_code(Trial& trial) {
  const std::string comment = trial.manifest().value("line_comment", "");
  if (comment.empty()) return skipped("the manifest has no \"line_comment\"");
  std::string before = comment;
  before.append(much_code, 'x').append("\n");
  return prints_behind(trial, before);
}

Verdict runs_many_lines(Trial& trial) { return prints_behind(trial, std::string(many_lines, '\n')); }

Verdict prints_much(Trial& trial) {
  std::string words;
  while (words.size() < much_text) words += std::to_string(words.size()) + " ";
  return prints_all_of(trial, words);
}

std::vector<Case> characters() {
  return {{.name = "prints-utf8",
           .promise = "Characters of every length in UTF-8 come out as they went in.",
           .rule = text,
           .advice = "pass bytes on as they are; they are UTF-8 on both sides",
           .run = prints_utf8,
           .needs = {.samples = {"prints_text"}}},
          {.name = "prints-rare-characters",
           .promise = "Byte order marks and separators of lines are characters like others.",
           .rule = text,
           .advice = "neither split nor strip text at anything but a newline",
           .run = prints_rare_characters,
           .needs = {.samples = {"prints_text"}},
           .level = 4},
          {.name = "reads-code-by-its-size",
           .promise = "Code is read by its size, without a NUL at its end.",
           .rule = text,
           .advice = "use code.size; copy the code when the interpreter needs a NUL",
           .run = reads_code_by_its_size,
           .needs = {.samples = {"prints"}}},
          {.name = "reads-no-more-than-its-size",
           .promise = "What stands behind the end of the code is not run.",
           .rule = text,
           .advice = "use code.size; copy the code when the interpreter needs a NUL",
           .run = reads_no_more_than_its_size,
           .needs = {.samples = {"prints", "fails"}}},
          {.name = "stands-a-nul",
           .promise = "Code with a NUL in it runs or fails as user code does.",
           .rule = text,
           .advice = "return HERMIT_USER_ERROR when the language has no place for a NUL",
           .run = stands_a_nul,
           .needs = {.samples = {"prints"}}},
          {.name = "reads-behind-a-nul",
           .promise = "Code does not end at a NUL.",
           .rule = text,
           .advice = "give the interpreter the code with its size, not as a C string",
           .run = reads_behind_a_nul,
           .needs = {.samples = {"prints"}},
           .level = 4}};
}

std::vector<Case> sizes() {
  return {{.name = "runs-many-lines",
           .promise = "A cell may have tens of thousands of lines.",
           .rule = text,
           .advice = "look for a buffer of a fixed size, or work that grows with the square of the lines",
           .run = runs_many_lines,
           .needs = {.samples = {"prints"}},
           .level = 5},
          {.name = "runs-ten-megabytes",
           .promise = "A cell may have ten megabytes of code.",
           .rule = text,
           .advice = "look for a buffer of a fixed size, or a copy of the code on the stack",
           .run = runs_much_code,
           .needs = {.samples = {"prints"}},
           .level = 5},
          {.name = "prints-a-megabyte",
           .promise = "A megabyte that is printed at once comes whole.",
           .rule = {"hermit/ext/output.h", "stream", "docs/abi.md#extensions"},
           .advice = "give all of the text to stream; the host cuts it as it needs",
           .run = prints_much,
           .needs = {.samples = {"prints_text"}},
           .level = 5}};
}

}  // namespace

Group text_cases() {
  auto cases = characters();
  for (auto& size : sizes()) cases.push_back(size);
  return {"text", std::move(cases)};
}

}  // namespace hermit::check
