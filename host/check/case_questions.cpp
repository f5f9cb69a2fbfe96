// Questions: whether code is whole, what an expression is worth, and what was run before.
#include "check/catalogue.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#extensions";
constexpr Rule is_complete{"hermit/ext/is_complete.h", "is_complete", page};
constexpr Rule evaluate{"hermit/ext/evaluate.h", "evaluate", page};
constexpr Rule history{"hermit/ext/history.h", "query", page};

Verdict answers(Trial& trial, const std::string& code, std::uint32_t wanted, const std::string& word) {
  const Completeness given = trial.session().is_complete(code);
  if (given.status != HERMIT_OK) return failed("is_complete came to " + status_name(given.status));
  if (given.answer == wanted) return passed();
  return failed(in_quotes(code) + " is answered with " + std::to_string(given.answer) + ", not " + word);
}

Verdict knows_whole_code(Trial& trial) {
  return answers(trial, trial.sample("prints"), HERMIT_CODE_COMPLETE, "HERMIT_CODE_COMPLETE");
}

Verdict knows_code_that_goes_on(Trial& trial) {
  return answers(trial, trial.sample("incomplete"), HERMIT_CODE_INCOMPLETE, "HERMIT_CODE_INCOMPLETE");
}

Verdict answers_any_code(Trial& trial) {
  for (const std::string_view code : {"", "\n", "😀", "((((", "\"", "}"}) {
    const Completeness given = trial.session().is_complete(code);
    if (given.status != HERMIT_OK)
      return failed("of " + in_quotes(code) + " it came to " + status_name(given.status));
    if (given.answer > HERMIT_CODE_INVALID)
      return failed(in_quotes(code) + " is answered with " + std::to_string(given.answer));
    if (given.indent.find_first_not_of(" \t") != std::string::npos)
      return failed("the next line is to begin with " + in_quotes(given.indent));
  }
  return passed();
}

// What an expression came to.
struct Evaluation {
  hermit_status status = HERMIT_FAILED;
  std::vector<Shown> values;
  std::vector<Problem> errors;
};

Evaluation evaluated(Session& session, std::string_view expression) {
  Evaluation evaluation;
  const hermit_bundle_sink value{&evaluation.values, [](void* context, const hermit_bundle* bundle) {
                                   static_cast<std::vector<Shown>*>(context)->emplace_back(*bundle);
                                 }};
  const hermit_error_sink error{&evaluation.errors, [](void* context, const hermit_error* problem) {
                                  static_cast<std::vector<Problem>*>(context)->emplace_back(*problem);
                                }};
  const hermit_request request = session.host().open();
  evaluation.status = session.shell().evaluate(request, expression, value, error);
  session.host().close(request);
  return evaluation;
}

Verdict evaluates(Trial& trial) {
  trial.run(trial.sample("evaluates", "before"));
  const std::string expression = trial.sample("evaluates");
  const Evaluation evaluation = evaluated(trial.session(), expression);
  if (evaluation.status != HERMIT_OK) return failed("evaluate came to " + status_name(evaluation.status));
  if (evaluation.values.empty()) return failed("it put no value");
  const auto text = evaluation.values.front().part("text/plain");
  const std::string wanted = trial.sample("evaluates", "text");
  return text == wanted ? passed()
                        : failed("the value of " + in_quotes(expression) + " is " +
                                 in_quotes(text.value_or("")) + ", not " + in_quotes(wanted));
}

Verdict evaluating_may_fail(Trial& trial) {
  const Evaluation evaluation = evaluated(trial.session(), trial.sample("malformed"));
  if (evaluation.status != HERMIT_USER_ERROR)
    return failed("of an expression that is none evaluate came to " + status_name(evaluation.status));
  return evaluation.errors.empty() ? failed("it put no error to the sink") : passed();
}

Verdict answers_history(Trial& trial) {
  std::string reply;
  const hermit_text_sink sink{
      &reply, [](void* context, hermit_text text) { *static_cast<std::string*>(context) = view(text); }};
  Session& session = trial.session();
  for (const char* content : {R"({"hist_access_type": "tail", "n": 10, "raw": true, "output": false})",
                              R"({"hist_access_type": "range", "session": 0, "start": 1, "stop": 3})",
                              R"({"hist_access_type": "search", "pattern": "*", "n": 5, "unique": true})"}) {
    const hermit_request request = session.host().open();
    const hermit_status status = session.shell().history(request, content, sink);
    session.host().close(request);
    if (status != HERMIT_OK)
      return failed("to " + in_quotes(content) + " query came to " + status_name(status));
    const auto json = parse_json_object(reply);
    if (!json || !json->contains("history") || !(*json)["history"].is_array())
      return failed("the reply has no array \"history\": " + in_quotes(reply));
  }
  return passed();
}

}  // namespace

Group question_cases() {
  return {"questions",
          {{.name = "knows-whole-code",
            .promise = "Code that can be run is complete.",
            .rule = is_complete,
            .advice = "answer HERMIT_CODE_COMPLETE for what parses",
            .run = knows_whole_code,
            .needs = {.samples = {"prints"}, .extension = HERMIT_EXT_IS_COMPLETE}},
           {.name = "knows-code-that-goes-on",
            .promise = "Code that needs another line is incomplete.",
            .rule = is_complete,
            .advice = "answer HERMIT_CODE_INCOMPLETE when the parser stops at the end of the code",
            .run = knows_code_that_goes_on,
            .needs = {.samples = {"incomplete"}, .extension = HERMIT_EXT_IS_COMPLETE}},
           {.name = "is-complete-answers-any-code",
            .promise = "is_complete has one of its four answers for any code, and an indent of white space.",
            .rule = is_complete,
            .advice = "answer HERMIT_CODE_UNKNOWN or HERMIT_CODE_INVALID where nothing else fits",
            .run = answers_any_code,
            .needs = {.extension = HERMIT_EXT_IS_COMPLETE}},
           {.name = "evaluates",
            .promise = "evaluate puts the value of an expression.",
            .rule = evaluate,
            .advice = "put one bundle with text/plain to the sink for the value",
            .run = evaluates,
            .needs = {.samples = {"evaluates"}, .extension = HERMIT_EXT_EVALUATE}},
           {.name = "evaluating-may-fail",
            .promise = "An expression that fails is answered with its error.",
            .rule = evaluate,
            .advice = "put the error to the sink for it, and return HERMIT_USER_ERROR",
            .run = evaluating_may_fail,
            .needs = {.samples = {"malformed"}, .extension = HERMIT_EXT_EVALUATE}},
           {.name = "answers-history",
            .promise = "A shell that keeps its history answers every kind of question about it.",
            .rule = history,
            .advice = "put an object with the array \"history\", empty if there is nothing",
            .run = answers_history,
            .needs = {.extension = HERMIT_EXT_HISTORY}}}};
}

}  // namespace hermit::check
