// Errors: how a shell says that the user's code has failed.
#include <algorithm>

#include "base/text.hpp"
#include "check/catalogue.hpp"
#include "check/trial.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#conventions";
constexpr Rule fail{"hermit/host.h", "fail", page};
constexpr Rule error{"hermit/abi.h", "hermit_error", page};

Verdict describes_errors(Trial& trial) {
  const Ran ran = trial.run(trial.sample("fails"));
  if (ran.status != HERMIT_USER_ERROR) return failed(ran.told());
  if (ran.heard.errors.empty()) return failed("it returned HERMIT_USER_ERROR and never called fail");
  return passed();
}

// The error of the sample "fails"; an empty one when it has none.
Problem the_error(Trial& trial) {
  const Ran ran = trial.run(trial.sample("fails"));
  return ran.heard.errors.empty() ? Problem(hermit_error{}) : ran.heard.errors.back();
}

Verdict errors_have_names(Trial& trial) {
  const Problem problem = the_error(trial);
  const std::string wanted = trial.sample("fails", "name");
  if (problem.name == wanted) return passed();
  return failed("the error of the sample \"fails\" is called " + in_quotes(problem.name) + ", not " +
                in_quotes(wanted));
}

Verdict errors_have_tracebacks(Trial& trial) {
  const Problem problem = the_error(trial);
  if (problem.traceback.empty()) return warning("the error has no traceback: a notebook shows only that");
  const bool tells = std::any_of(problem.traceback.begin(), problem.traceback.end(), [&](const auto& line) {
    return line.find(problem.name) != std::string::npos || line.find(problem.value) != std::string::npos;
  });
  return tells ? passed() : warning("the traceback names neither the error nor its message");
}

Verdict tracebacks_are_text(Trial& trial) {
  for (const auto& line : the_error(trial).traceback) {
    if (!is_utf8(line)) return warning("a line of the traceback is no UTF-8: " + in_quotes(line));
    if (!line.empty() && line.back() == '\n') return warning("a line of the traceback ends in a newline");
  }
  return passed();
}

Verdict malformed_code_is_the_users_error(Trial& trial) {
  const Ran ran = trial.run(trial.sample("malformed"));
  if (ran.status != HERMIT_USER_ERROR) return failed(ran.told());
  return ran.heard.errors.empty() ? failed("it never called fail") : passed();
}

Verdict output_before_an_error_is_kept(Trial& trial) {
  const Ran ran = trial.run(trial.sample("prints") + "\n" + trial.sample("fails"));
  if (ran.status != HERMIT_USER_ERROR) return failed(ran.told());
  const std::string wanted = trial.sample("prints", "stdout");
  return ran.heard.out == wanted ? passed()
                                 : failed("before the error it printed " + in_quotes(ran.heard.out));
}

}  // namespace

Group error_cases() {
  return {"errors",
          {{.name = "describes-errors",
            .promise = "When user code fails the shell calls fail and returns HERMIT_USER_ERROR.",
            .rule = fail,
            .advice = "call host->fail with the request before HERMIT_USER_ERROR is returned",
            .run = describes_errors,
            .needs = {.samples = {"fails"}}},
           {.name = "errors-have-names",
            .promise = "An error has the name that the language gives it.",
            .rule = error,
            .advice = "fill in name, such as \"TypeError\", and value with the message",
            .run = errors_have_names,
            .needs = {.samples = {"fails"}}},
           {.name = "errors-have-tracebacks",
            .promise = "The traceback tells the whole error, its name or message too.",
            .rule = error,
            .advice = "put \"NAME: MESSAGE\" in a line of the traceback: the host adds nothing",
            .run = errors_have_tracebacks,
            .needs = {.samples = {"fails"}},
            .level = 5},
           {.name = "tracebacks-are-text",
            .promise = "A traceback is lines of UTF-8 without newlines.",
            .rule = error,
            .advice = "split the text at its newlines, and give a line for each",
            .run = tracebacks_are_text,
            .needs = {.samples = {"fails"}},
            .level = 5},
           {.name = "malformed-code-is-an-error",
            .promise = "Code that cannot be parsed is an error of the user's.",
            .rule = {"hermit/shell.h", "execute", page},
            .advice = "call fail with the parser's message and return HERMIT_USER_ERROR",
            .run = malformed_code_is_the_users_error,
            .needs = {.samples = {"malformed"}}},
           {.name = "keeps-output-before-an-error",
            .promise = "What a cell printed before it failed is shown.",
            .rule = {"hermit/ext/output.h", "stream", "docs/abi.md#extensions"},
            .advice = "flush what is buffered before HERMIT_USER_ERROR is returned",
            .run = output_before_an_error_is_kept,
            .needs = {.samples = {"prints", "fails"}}}}};
}

}  // namespace hermit::check
