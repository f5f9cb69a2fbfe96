// Execution: cells that are run one after another.
#include "check/catalogue.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr Rule execute{"hermit/shell.h", "execute", "docs/abi.md#conventions"};
constexpr Rule requests{"hermit/abi.h", "convention 7", "docs/abi.md#conventions"};

// Above what 32 bits hold.
constexpr hermit_request large_request = hermit_request{1} << 40;

constexpr int many_cells = 1000;

// Runs the sample "prints", and says what is wrong with what came of it.
Verdict prints(Trial& trial) {
  const Ran ran = trial.run(trial.sample("prints"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string wanted = trial.sample("prints", "stdout");
  if (ran.heard.out == wanted) return passed();
  return failed("the sample \"prints\" printed " + in_quotes(ran.heard.out) + ", not " + in_quotes(wanted));
}

Verdict runs_without_code(Trial& trial) {
  Session& session = trial.session();
  const Ran null = session.run(session.shell(), session.host().open(), {nullptr, 0});
  if (null.status != HERMIT_OK) return failed("with NULL and size 0 " + null.told());
  const Ran empty = trial.run("");
  return empty.status == HERMIT_OK ? passed() : failed("with empty code " + empty.told());
}

Verdict runs_blank_code(Trial& trial) {
  for (const std::string_view code : {" ", "\n", "\n\n  \n"}) {
    const Ran ran = trial.run(code);
    if (ran.status != HERMIT_OK) return failed("of " + in_quotes(code) + " " + ran.told());
    if (!ran.heard.results.empty()) return failed(in_quotes(code) + " has a value");
  }
  return passed();
}

Verdict shows_a_value(Trial& trial) {
  const Ran ran = trial.run(trial.sample("value"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  if (ran.heard.results.size() != 1)
    return failed("the sample \"value\" showed " + std::to_string(ran.heard.results.size()) + " values");
  const auto text = ran.heard.results.front().part("text/plain");
  if (!text) return failed("the value has no part text/plain");
  const std::string wanted = trial.sample("value", "text");
  return *text == wanted ? passed()
                         : failed("the value is " + in_quotes(*text) + ", not " + in_quotes(wanted));
}

Verdict printing_is_no_value(Trial& trial) {
  const Ran ran = trial.run(trial.sample("prints"));
  return ran.heard.results.empty() ? passed() : failed("a cell that only prints showed a value");
}

// What the sample "remembers" gives back.
Verdict still_remembers(Trial& trial) {
  const Ran get = trial.run(trial.sample("remembers", "get"));
  if (get.status != HERMIT_OK) return failed(get.told());
  const auto text = get.heard.results.empty() ? std::nullopt : get.heard.results.front().part("text/plain");
  const std::string wanted = trial.sample("remembers", "text");
  if (text == wanted) return passed();
  return failed("a later cell shows " + (text ? in_quotes(*text) : "nothing") + ", not " + in_quotes(wanted));
}

Verdict remembers(Trial& trial) {
  const Ran set = trial.run(trial.sample("remembers", "set"));
  return set.status == HERMIT_OK ? still_remembers(trial) : failed(set.told());
}

Verdict goes_on_after_an_error(Trial& trial) {
  trial.run(trial.sample("remembers", "set"));
  trial.run(trial.sample("fails"));
  const Ran ran = trial.run(trial.sample("prints"));
  if (ran.status != HERMIT_OK) return failed("after a cell that failed " + ran.told());
  if (!ran.heard.errors.empty()) return failed("a cell that ran described the error of the cell before");
  return still_remembers(trial);
}

Verdict takes_large_numbers(Trial& trial) {
  trial.session().host().count_from(large_request);
  return prints(trial);
}

Verdict runs_many_cells(Trial& trial) {
  for (int i = 1; i <= many_cells; ++i) {
    const Verdict verdict = prints(trial);
    if (verdict.outcome != Outcome::passed) return failed("cell " + std::to_string(i) + ": " + verdict.text);
    trial.session().host().forget();
  }
  return passed();
}

Verdict silent_cells_run(Trial& trial) {
  const Ran ran = trial.run(trial.sample("prints"), {.flags = HERMIT_CELL_SILENT});
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string wanted = trial.sample("prints", "stdout");
  return ran.heard.out == wanted ? passed() : failed("it printed " + in_quotes(ran.heard.out));
}

Verdict output_names_its_request(Trial& trial) {
  trial.run(trial.sample("prints"));
  trial.run(trial.sample("prints"));
  const Heard stray = trial.session().host().heard_of_strangers();
  if (stray.out.empty() && stray.err.empty() && stray.displays.empty()) return passed();
  return failed("it showed " + in_quotes(stray.out + stray.err) + " with a request that is none");
}

std::vector<Case> single_cells() {
  return {{.name = "runs-a-cell",
           .promise = "A cell that prints runs, and its text comes with its request.",
           .rule = execute,
           .advice = "print with hermit.output/1 and the request that execute was given",
           .run = prints,
           .needs = {.samples = {"prints"}},
           .level = 1,
           .is_gate = true},
          {.name = "runs-without-code",
           .promise = "A cell without any code runs and does nothing.",
           .rule = {"hermit/abi.h", "convention 1", "docs/abi.md#conventions"},
           .advice = "look at the size before the data, which may be NULL",
           .run = runs_without_code},
          {.name = "runs-blank-code",
           .promise = "A cell of blanks and empty lines runs and has no value.",
           .rule = execute,
           .advice = "treat code without a statement as code that has run",
           .run = runs_blank_code},
          {.name = "shows-a-value",
           .promise = "The value of a cell is its result, with a part text/plain.",
           .rule = {"hermit/ext/output.h", "result", "docs/abi.md#extensions"},
           .advice = "call result of hermit.output/1 once before execute returns",
           .run = shows_a_value,
           .needs = {.samples = {"value"}}},
          {.name = "printing-is-no-value",
           .promise = "A cell that only prints has no value.",
           .rule = {"hermit/ext/output.h", "result", "docs/abi.md#extensions"},
           .advice = "call result only for a value, not for nothing, nil or void",
           .run = printing_is_no_value,
           .needs = {.samples = {"prints"}}}};
}

std::vector<Case> several_cells() {
  return {{.name = "remembers",
           .promise = "What a cell defines later cells know.",
           .rule = execute,
           .advice = "keep the names of the user in the shell, and not in a scope of the cell",
           .run = remembers,
           .needs = {.samples = {"remembers"}}},
          {.name = "goes-on-after-an-error",
           .promise = "After a cell that failed the next one runs, and nothing is forgotten.",
           .rule = execute,
           .advice = "clear the interpreter's error, and keep the names of the user",
           .run = goes_on_after_an_error,
           .needs = {.samples = {"remembers", "fails", "prints"}}},
          {.name = "silent-cells-run",
           .promise = "A silent cell runs and prints as others do.",
           .rule = {"hermit/shell.h", "HERMIT_CELL_SILENT", "docs/abi.md#conventions"},
           .advice = "leave it to the host to drop what nobody wants to see",
           .run = silent_cells_run,
           .needs = {.samples = {"prints"}}},
          {.name = "takes-large-numbers",
           .promise = "The number of a request has 64 bits.",
           .rule = requests,
           .advice = "keep it as a hermit_request, not as an int",
           .run = takes_large_numbers,
           .needs = {.samples = {"prints"}},
           .level = 4},
          {.name = "output-names-its-request",
           .promise = "Whatever a cell shows names the request of that cell.",
           .rule = requests,
           .advice = "keep the request with the cell, and give it in each call",
           .run = output_names_its_request,
           .needs = {.samples = {"prints"}},
           .level = 4},
          {.name = "runs-many-cells",
           .promise = "The thousandth cell runs as the first did.",
           .rule = execute,
           .advice = "look for what is used up: a stack that grows, a table that is full",
           .run = runs_many_cells,
           .needs = {.samples = {"prints"}},
           .level = 6}};
}

}  // namespace

Group execution_cases() {
  auto cases = single_cells();
  for (auto& several : several_cells()) cases.push_back(several);
  return {"execution", std::move(cases)};
}

}  // namespace hermit::check
