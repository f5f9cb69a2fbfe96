// Threads: what a shell's abilities let the host do at the same time.
#include <atomic>
#include <memory>

#include "check/catalogue.hpp"
#include "check/other_thread.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#abilities";

constexpr int concurrent_cells = 4;
constexpr int subshells_made = 50;

// Runs the sample "loops" on the calling thread until `meanwhile`, on another, is over.
Ran loop_during(Trial& trial, const std::function<void()>& meanwhile) {
  Session& session = trial.session();
  const hermit_request request = session.host().open();
  const std::string code = trial.sample("loops");
  const OtherThread other([&] {
    meanwhile();
    session.shell().interrupt(request);
  });
  return session.run(session.shell(), request, lend(code));
}

Verdict answers_while_a_cell_runs(Trial& trial) {
  Session& session = trial.session();
  std::atomic<hermit_status> status = HERMIT_FAILED;
  trial.waits_for("complete, inspect and is_complete while a cell runs");
  loop_during(trial, [&] {
    const std::string code = trial.sample("prints");
    status = session.complete(code, code.size()).status;
    session.inspect(code, code.size());
    session.is_complete(code);
  });
  if (status == HERMIT_OK || status == HERMIT_UNSUPPORTED) return passed();
  return failed("complete came to " + status_name(status));
}

Verdict hears_comms_while_a_cell_runs(Trial& trial) {
  Session& session = trial.session();
  const std::string target = trial.sample("hears_comms", "target");
  trial.run(trial.sample("hears_comms"));
  std::atomic<hermit_status> status = HERMIT_FAILED;
  trial.waits_for("opened of a comm while a cell runs");
  loop_during(trial, [&] {
    hermit_comm_message message{};
    message.comm_id = lend("comm-while-busy");
    message.target = lend(target);
    const hermit_request request = session.host().open();
    status = session.shell().comm(request, CommEvent::opened, message);
    session.host().close(request);
  });
  return status == HERMIT_OK ? passed() : failed("opened came to " + status_name(status));
}

Verdict runs_cells_at_the_same_time(Trial& trial) {
  Session& session = trial.session();
  std::vector<Ran> ran(concurrent_cells);
  {
    std::vector<std::unique_ptr<OtherThread>> threads;
    for (auto& one : ran) {
      threads.push_back(std::make_unique<OtherThread>(
          [&] {
            one = session.run(session.shell(), trial.sample("prints_lines"), {.run_mode = HERMIT_RUN_THREAD});
          },
          std::chrono::milliseconds(0)));
    }
    trial.waits_for("cells that run at the same time to end");
  }
  for (const auto& one : ran) {
    if (one.status != HERMIT_OK) return failed(one.told());
    if (one.heard.out != ran.front().heard.out)
      return failed("the output of cells that ran together is mixed");
  }
  return ran.front().heard.out.empty() ? failed("they printed nothing with their requests") : passed();
}

Verdict runs_a_cell_beside_a_loop(Trial& trial) {
  Session& session = trial.session();
  Ran beside;
  trial.waits_for("a cell with a thread of its own, while another runs");
  loop_during(trial, [&] {
    beside = session.run(session.shell(), trial.sample("prints"), {.run_mode = HERMIT_RUN_THREAD});
  });
  return beside.status == HERMIT_OK ? passed() : failed(beside.told());
}

// Makes a subshell on a thread of its own, has it used there, and ends it there.
Verdict in_a_subshell(Trial& trial, const std::function<Verdict(Shell& subshell)>& use) {
  Verdict verdict = failed("the subshell was not used");
  on_another_thread([&] {
    const auto subshell = trial.session().shell().make_subshell();
    verdict = subshell ? use(**subshell) : failed(subshell.error().message);
  });
  return verdict;
}

Verdict subshells_share_names(Trial& trial) {
  trial.run(trial.sample("remembers", "set"));
  return in_a_subshell(trial, [&](Shell& subshell) {
    const Ran get = trial.session().run(subshell, trial.sample("remembers", "get"));
    const auto text = get.heard.results.empty() ? std::nullopt : get.heard.results.front().part("text/plain");
    if (text == trial.sample("remembers", "text")) return passed();
    return failed("a subshell does not know what the main shell has defined: " + get.told());
  });
}

Verdict subshells_run_beside_a_loop(Trial& trial) {
  Verdict verdict = failed("the subshell was not used");
  trial.waits_for("a cell in a subshell while the main shell is busy");
  loop_during(trial, [&] {
    verdict = in_a_subshell(trial, [&](Shell& subshell) {
      const Ran ran = trial.session().run(subshell, trial.sample("prints"));
      return ran.status == HERMIT_OK ? passed() : failed(ran.told());
    });
  });
  return verdict;
}

Verdict interrupts_subshells_alone(Trial& trial) {
  Session& session = trial.session();
  return in_a_subshell(trial, [&](Shell& subshell) {
    const std::string code = trial.sample("loops");
    const hermit_request request = session.host().open();
    Ran looped;
    {
      const OtherThread control([&] { subshell.interrupt(request); });
      trial.waits_for("an interrupted cell of a subshell to end");
      looped = session.run(subshell, request, lend(code));
    }
    return looped.status == HERMIT_INTERRUPTED ? passed() : failed(looped.told());
  });
}

Verdict makes_many_subshells(Trial& trial) {
  for (int i = 0; i < subshells_made; ++i) {
    const Verdict verdict = in_a_subshell(trial, [&](Shell& subshell) {
      const Ran ran = trial.session().run(subshell, trial.sample("prints"));
      return ran.status == HERMIT_OK ? passed() : failed(ran.told());
    });
    if (verdict.outcome != Outcome::passed)
      return failed("subshell number " + std::to_string(i + 1) + ": " + verdict.text);
  }
  return passed();
}

std::vector<Case> about_abilities() {
  return {{.name = "answers-while-a-cell-runs",
           .promise = "With concurrent_introspection a shell completes and inspects while a cell runs.",
           .rule = {"hermit/abi.h", "[introspection-thread]", page},
           .advice = "give the cell's lock up now and then, or take the ability out of the manifest",
           .run = answers_while_a_cell_runs,
           .needs = {.samples = {"loops", "prints"}, .ability = "concurrent_introspection"}},
          {.name = "hears-comms-while-a-cell-runs",
           .promise = "With concurrent_comms a shell hears of comms while a cell runs.",
           .rule = {"hermit/abi.h", "[comm-thread]", page},
           .advice = "give the cell's lock up now and then, or take the ability out of the manifest",
           .run = hears_comms_while_a_cell_runs,
           .needs = {.samples = {"loops", "hears_comms"},
                     .ability = "concurrent_comms",
                     .extension = HERMIT_EXT_COMM_HANDLER}},
          {.name = "runs-cells-together",
           .promise = "With concurrent_cells cells print to their own requests while others run.",
           .rule = {"hermit/shell.h", "HERMIT_RUN_THREAD", page},
           .advice = "keep the request of a cell with its thread, not in a variable of the shell",
           .run = runs_cells_at_the_same_time,
           .needs = {.samples = {"prints_lines"}, .ability = "concurrent_cells"},
           .level = 4},
          {.name = "runs-cells-beside-a-loop",
           .promise = "With concurrent_cells a cell ends while another computes for ever.",
           .rule = {"hermit/shell.h", "HERMIT_RUN_THREAD", page},
           .advice = "give the cell's lock up now and then, or take the ability out of the manifest",
           .run = runs_a_cell_beside_a_loop,
           .needs = {.samples = {"loops", "prints"}, .ability = "concurrent_cells"}}};
}

std::vector<Case> about_subshells() {
  constexpr Rule subshells{"hermit/ext/subshells.h", "create", page};
  return {{.name = "subshells-share-names",
           .promise = "A subshell knows what the main shell has defined.",
           .rule = subshells,
           .advice = "make the subshell a second way into the same interpreter",
           .run = subshells_share_names,
           .needs = {.samples = {"remembers"}, .ability = "subshells"}},
          {.name = "subshells-run-beside-a-loop",
           .promise = "A subshell is made, used and ended while the main shell is busy.",
           .rule = subshells,
           .advice = "give the cell's lock up now and then, or take the ability out of the manifest",
           .run = subshells_run_beside_a_loop,
           .needs = {.samples = {"loops", "prints"}, .ability = "subshells"}},
          {.name = "interrupts-subshells",
           .promise = "An interrupt ends a cell of a subshell.",
           .rule = {"hermit/ext/interrupt.h", "interrupt", page},
           .advice = "look for the request among the cells of all subshells",
           .run = interrupts_subshells_alone,
           .needs = {.samples = {"loops"}, .ability = "subshells", .extension = HERMIT_EXT_INTERRUPT}},
          {.name = "makes-many-subshells",
           .promise = "The fiftieth subshell runs as the first did.",
           .rule = subshells,
           .advice = "free in destroy what a subshell has taken",
           .run = makes_many_subshells,
           .needs = {.samples = {"prints"}, .ability = "subshells"},
           .level = 5}};
}

}  // namespace

Group thread_cases() {
  auto cases = about_abilities();
  for (auto& subshells : about_subshells()) cases.push_back(subshells);
  return {"threads", std::move(cases)};
}

}  // namespace hermit::check
