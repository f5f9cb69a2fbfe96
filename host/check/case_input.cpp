// Input: cells that ask their user for a line.
#include "check/catalogue.hpp"
#include "check/trial.hpp"

namespace hermit::check {
namespace {

constexpr Rule read{"hermit/ext/input.h", "read", "docs/abi.md#extensions"};
constexpr CellOptions may_ask{.flags = HERMIT_CELL_STORE_HISTORY | HERMIT_CELL_ALLOW_STDIN};

// More than a buffer of a usual size holds, in bytes.
constexpr std::size_t long_line = 100000;

Verdict reads(Trial& trial, const std::string& line) {
  trial.session().host().answer(HERMIT_OK, line);
  const Ran ran = trial.run(trial.sample("reads"), may_ask);
  if (ran.status != HERMIT_OK) return failed(ran.told());
  if (ran.heard.reads != 1)
    return failed("it asked " + std::to_string(ran.heard.reads) + " times for one line");
  if (ran.heard.out.find(line) != std::string::npos) return passed();
  return failed("given the line " + in_quotes(line) + " it printed " + in_quotes(ran.heard.out));
}

Verdict reads_a_line(Trial& trial) { return reads(trial, "twelve äpfel 😀"); }

Verdict reads_a_long_line(Trial& trial) {
  std::string line(long_line, 'a');
  line.append("end");
  return reads(trial, line);
}

Verdict reads_an_empty_line(Trial& trial) { return reads(trial, ""); }

Verdict refusal_is_an_error(Trial& trial) {
  trial.waits_for("a cell to end that may not ask");
  const Ran ran = trial.run(trial.sample("reads"));
  if (ran.status != HERMIT_USER_ERROR) return failed("a cell that may not ask: " + ran.told());
  return ran.heard.errors.empty() ? failed("it never called fail") : passed();
}

Verdict interrupted_read_ends_the_cell(Trial& trial) {
  trial.session().host().answer(HERMIT_INTERRUPTED);
  trial.waits_for("a cell to end whose read was interrupted");
  const Ran ran = trial.run(trial.sample("reads"), may_ask);
  return ran.status == HERMIT_INTERRUPTED ? passed() : failed("after read was interrupted " + ran.told());
}

}  // namespace

Group input_cases() {
  const Needs needs{.samples = {"reads"}};
  return {"input",
          {{.name = "reads-a-line",
            .promise = "A cell gets the line that its user has entered.",
            .rule = read,
            .advice = "give the language the line as it comes, UTF-8 without a newline",
            .run = reads_a_line,
            .needs = needs},
           {.name = "reads-a-long-line",
            .promise = "A line may be as long as its user likes.",
            .rule = read,
            .advice = "copy the line by its size, into no buffer of a fixed one",
            .run = reads_a_long_line,
            .needs = needs,
            .level = 4},
           {.name = "reads-an-empty-line",
            .promise = "An empty line is a line, and not the end of input.",
            .rule = read,
            .advice = "tell the end of input by the status, not by the size of the line",
            .run = reads_an_empty_line,
            .needs = needs,
            .level = 4},
           {.name = "refused-input-is-an-error",
            .promise = "A cell that may not ask fails when it does.",
            .rule = read,
            .advice = "call fail and return HERMIT_USER_ERROR when read returns HERMIT_REFUSED",
            .run = refusal_is_an_error,
            .needs = needs},
           {.name = "interrupted-input-ends",
            .promise = "A cell whose question was interrupted ends with HERMIT_INTERRUPTED.",
            .rule = read,
            .advice = "end the cell when read returns HERMIT_INTERRUPTED",
            .run = interrupted_read_ends_the_cell,
            .needs = needs}}};
}

}  // namespace hermit::check
