// Homes: a shell does the same in a process of its own as in the host's.
#include "check/catalogue.hpp"
#include "check/other_thread.hpp"
#include "check/trial.hpp"

namespace hermit::check {
namespace {

constexpr Rule both{"hermit/abi.h", "convention 8", "docs/abi.md#conventions"};

Verdict prints_in_a_worker(Trial& trial) {
  const Ran ran = trial.run(trial.sample("prints"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string wanted = trial.sample("prints", "stdout");
  return ran.heard.out == wanted
             ? passed()
             : failed("it printed " + in_quotes(ran.heard.out) + ", not " + in_quotes(wanted));
}

Verdict fails_in_a_worker(Trial& trial) {
  const Ran ran = trial.run(trial.sample("fails"));
  if (ran.status != HERMIT_USER_ERROR || ran.heard.errors.empty()) return failed(ran.told());
  const std::string name = ran.heard.errors.back().name;
  return name == trial.sample("fails", "name") ? passed() : failed("the error is called " + in_quotes(name));
}

Verdict values_in_a_worker(Trial& trial) {
  const Ran ran = trial.run(trial.sample("value"));
  if (ran.heard.results.empty()) return failed("it showed no value: " + ran.told());
  const auto text = ran.heard.results.front().part("text/plain");
  return text == trial.sample("value", "text") ? passed()
                                               : failed("the value is " + in_quotes(text.value_or("")));
}

Verdict interrupts_in_a_worker(Trial& trial) {
  trial.waits_for("an interrupted cell of the worker to end");
  const Ran ran = run_interrupted(trial.session(), trial.sample("loops"));
  // On a machine under load the host has sent a signal too, before the shell could obey, and says so.
  const bool nudged = !ran.heard.errors.empty() && ran.heard.errors.back().name == "KernelInterrupt";
  if (ran.status != HERMIT_INTERRUPTED && !nudged) return failed(ran.told());
  if (!ran.heard.errors.empty() && ran.heard.errors.back().value.find("was ended") != std::string::npos)
    return failed("the cell did not obey, and its process was ended");
  return prints_in_a_worker(trial);
}

Verdict completes_in_a_worker(Trial& trial) {
  const std::string code = trial.sample("completes");
  const Completion completion = trial.session().complete(code, code.size());
  if (completion.status != HERMIT_OK) return failed("complete came to " + status_name(completion.status));
  for (const auto& match : completion.matches) {
    if (match.text == trial.sample("completes", "match")) return passed();
  }
  return failed("the match is missing among " + std::to_string(completion.matches.size()));
}

}  // namespace

Group home_cases() {
  const std::string_view advice =
      "look for what reaches past the ABI: the host's symbols, its globals, the number of the process";
  return {"homes",
          {{.name = "worker-prints",
            .promise = "In a process of its own the shell prints what it prints here.",
            .rule = both,
            .advice = advice,
            .run = prints_in_a_worker,
            .stage = Stage::worker,
            .needs = {.samples = {"prints"}}},
           {.name = "worker-fails",
            .promise = "In a process of its own the shell describes the same errors.",
            .rule = both,
            .advice = advice,
            .run = fails_in_a_worker,
            .stage = Stage::worker,
            .needs = {.samples = {"fails"}}},
           {.name = "worker-shows-values",
            .promise = "In a process of its own the shell shows the same values.",
            .rule = both,
            .advice = advice,
            .run = values_in_a_worker,
            .stage = Stage::worker,
            .needs = {.samples = {"value"}}},
           {.name = "worker-is-interrupted",
            .promise = "In a process of its own a cell is interrupted, and the process lives on.",
            .rule = both,
            .advice = advice,
            .run = interrupts_in_a_worker,
            .stage = Stage::worker,
            .needs = {.samples = {"loops", "prints"}, .extension = HERMIT_EXT_INTERRUPT}},
           {.name = "worker-completes",
            .promise = "In a process of its own the shell offers the same completions.",
            .rule = both,
            .advice = advice,
            .run = completes_in_a_worker,
            .stage = Stage::worker,
            .needs = {.samples = {"completes"}, .extension = HERMIT_EXT_COMPLETE}}}};
}

}  // namespace hermit::check
