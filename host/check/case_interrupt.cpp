// Interrupt: ending a cell that runs, and no other.
#include <chrono>

#include "check/catalogue.hpp"
#include "check/other_thread.hpp"
#include "check/process_state.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr Rule interrupt{"hermit/ext/interrupt.h", "interrupt", "docs/abi.md#extensions"};

// Above the second after which the host tells the user that it failed, for machines under load.
constexpr std::chrono::seconds longest_interrupt{3};

Verdict was_interrupted(const Ran& ran) {
  return ran.status == HERMIT_INTERRUPTED ? passed() : failed(ran.told());
}

// Runs a cell that never ends by itself, and interrupts it.
Verdict ends(Trial& trial, std::string_view sample) {
  trial.waits_for("the interrupted cell to end");
  return was_interrupted(run_interrupted(trial.session(), trial.sample(sample)));
}

Verdict ends_a_loop(Trial& trial) { return ends(trial, "loops"); }
Verdict ends_a_sleep(Trial& trial) { return ends(trial, "sleeps"); }

Verdict may_come_before(Trial& trial) {
  Session& session = trial.session();
  const hermit_request request = session.host().open();
  session.shell().interrupt(request);
  trial.waits_for("a cell to end that was interrupted just before execute");
  const std::string code = trial.sample("loops");
  return was_interrupted(session.run(session.shell(), request, lend(code)));
}

Verdict may_come_after(Trial& trial) {
  Session& session = trial.session();
  const Ran before = trial.run(trial.sample("prints"));
  session.shell().interrupt(before.request);
  const Ran after = trial.run(trial.sample("prints"));
  if (after.status == HERMIT_OK && after.heard.out == trial.sample("prints", "stdout")) return passed();
  return failed("an interrupt of a cell that had ended has reached the next: " + after.told());
}

Verdict reaches_one_cell(Trial& trial) {
  const Verdict ended = ends(trial, "loops");
  if (ended.outcome != Outcome::passed) return ended;
  const Ran after = trial.run(trial.sample("prints"));
  return after.status == HERMIT_OK ? passed() : failed("the cell after the one interrupted: " + after.told());
}

Verdict may_come_twice(Trial& trial) {
  Session& session = trial.session();
  const hermit_request request = session.host().open();
  const std::string code = trial.sample("loops");
  const OtherThread control([&] {
    session.shell().interrupt(request);
    session.shell().interrupt(request);
  });
  trial.waits_for("the interrupted cell to end");
  const Ran ran = session.run(session.shell(), request, lend(code));
  session.shell().interrupt(request);
  if (ran.status != HERMIT_INTERRUPTED) return failed(ran.told());
  const Ran after = trial.run(trial.sample("prints"));
  return after.status == HERMIT_OK ? passed() : failed("afterwards " + after.told());
}

Verdict returns_at_once(Trial& trial) {
  using Clock = std::chrono::steady_clock;
  Session& session = trial.session();
  const hermit_request request = session.host().open();
  const std::string code = trial.sample("loops");
  Clock::duration taken{};
  {
    const OtherThread control([&] {
      const auto begun = Clock::now();
      session.shell().interrupt(request);
      taken = Clock::now() - begun;
    });
    trial.waits_for("the interrupted cell to end");
    session.run(session.shell(), request, lend(code));
    trial.waits_for("interrupt to return");
  }
  if (taken < longest_interrupt) return passed();
  return failed("interrupt returned after " +
                std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()) + " ms");
}

Verdict forgets_nothing(Trial& trial) {
  trial.run(trial.sample("remembers", "set"));
  const Verdict ended = ends(trial, "loops");
  if (ended.outcome != Outcome::passed) return ended;
  const Ran get = trial.run(trial.sample("remembers", "get"));
  const auto text = get.heard.results.empty() ? std::nullopt : get.heard.results.front().part("text/plain");
  if (text == trial.sample("remembers", "text")) return passed();
  return failed("after an interrupt it does not know what a cell had defined: " + get.told());
}

}  // namespace

Group interrupt_cases() {
  const Needs loops{.samples = {"loops"}, .extension = HERMIT_EXT_INTERRUPT};
  const Needs loops_and_prints{.samples = {"loops", "prints"}, .extension = HERMIT_EXT_INTERRUPT};
  return {
      "interrupt",
      {{.name = "interrupt-ends-a-loop",
        .promise = "An interrupt ends a cell that computes for ever.",
        .rule = interrupt,
        .advice = "have the interpreter look at a flag that interrupt sets, in a hook or at each jump back",
        .run = ends_a_loop,
        .needs = loops,
        .level = 2},
       {.name = "interrupt-ends-a-sleep",
        .promise = "An interrupt ends a cell that waits.",
        .rule = interrupt,
        .advice = "wait for a condition that interrupt signals, not in one long sleep",
        .run = ends_a_sleep,
        .needs = {.samples = {"sleeps"}, .extension = HERMIT_EXT_INTERRUPT}},
       {.name = "interrupt-may-come-before",
        .promise = "A cell that was interrupted just before execute returns at once.",
        .rule = interrupt,
        .advice = "keep the number of an interrupt that names no open cell, and look for it in execute",
        .run = may_come_before,
        .needs = loops,
        .level = 4},
       {.name = "interrupt-may-come-after",
        .promise = "An interrupt of a cell that has ended does nothing.",
        .rule = interrupt,
        .advice = "compare the request of the interrupt with that of the cell that runs",
        .run = may_come_after,
        .needs = {.samples = {"prints"}, .extension = HERMIT_EXT_INTERRUPT}},
       {.name = "interrupt-reaches-one-cell",
        .promise = "After a cell that was interrupted the next one runs.",
        .rule = interrupt,
        .advice = "clear the flag when the cell has ended",
        .run = reaches_one_cell,
        .needs = loops_and_prints},
       {.name = "interrupt-may-come-twice",
        .promise = "A second interrupt of the same cell does no more than the first.",
        .rule = interrupt,
        .advice = "set a flag, and leave the rest to the cell's own thread",
        .run = may_come_twice,
        .needs = loops_and_prints},
       {.name = "interrupt-returns-at-once",
        .promise = "interrupt only asks, and returns within a second.",
        .rule = interrupt,
        .advice = "do not wait in interrupt for the cell to end, nor for a lock that it holds",
        .run = returns_at_once,
        .needs = loops},
       {.name = "interrupt-forgets-nothing",
        .promise = "What was defined before an interrupt is there afterwards.",
        .rule = interrupt,
        .advice = "end the cell, not the interpreter",
        .run = forgets_nothing,
        .needs = {.samples = {"loops", "remembers"}, .extension = HERMIT_EXT_INTERRUPT}}}};
}

}  // namespace hermit::check
