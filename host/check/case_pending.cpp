// Pending: cells that go on after execute has returned.
#include "check/catalogue.hpp"
#include "check/lent_memory.hpp"
#include "check/other_thread.hpp"
#include "check/process_state.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr Rule finish{"hermit/host.h", "finish", "docs/abi.md#abilities"};
constexpr Rule resume{"hermit/ext/tasks.h", "resume", "docs/abi.md#abilities"};

constexpr CellOptions as_task{.run_mode = HERMIT_RUN_TASK};

// How a cell is given that is to wait: as a task, to a shell that has them.
CellOptions waiting_mode(const Trial& trial) {
  const bool has_tasks = trial.manifest().value("abilities", Json::object()).value("tasks", false);
  return has_tasks ? as_task : CellOptions{};
}

// Begins the sample "waits".
struct Waiting {
  explicit Waiting(Trial& trial) : session(trial.session()) {
    const std::string code = trial.sample("waits");
    request = session.host().open();
    status = session.begin(session.shell(), request, lend(code), waiting_mode(trial));
  }
  Ran end() { return session.go_on(session.shell(), request, status); }

  Session& session;
  hermit_request request;
  hermit_status status;
};

Verdict ends_pending_cells(Trial& trial) {
  Waiting waiting(trial);
  if (waiting.status != HERMIT_PENDING)
    return failed("the sample \"waits\" came to " + status_name(waiting.status) + ", not HERMIT_PENDING");
  trial.waits_for("a pending cell to end");
  const Ran ran = waiting.end();
  return ran.status == HERMIT_OK ? passed() : failed(ran.told());
}

Verdict finishes_once(Trial& trial) {
  Waiting waiting(trial);
  const Ran ran = waiting.end();
  wait_for_late_calls();
  const Heard heard = trial.session().host().heard(ran.request);
  if (heard.finishes.size() > 1)
    return failed("it called finish " + std::to_string(heard.finishes.size()) + " times");
  if (heard.late > 0) return failed("it called fail, finish or result after the cell had ended");
  return passed();
}

Verdict interrupt_ends_pending_cells(Trial& trial) {
  Waiting waiting(trial);
  trial.session().shell().interrupt(waiting.request);
  trial.waits_for("a pending cell to end that was interrupted");
  const Ran ran = waiting.end();
  // It may have ended by itself just before.
  return ran.status == HERMIT_INTERRUPTED || ran.status == HERMIT_OK ? passed() : failed(ran.told());
}

Verdict copies_code_of_pending_cells(Trial& trial) {
  Session& session = trial.session();
  LentMemory code(trial.sample("waits"));
  const hermit_request request = session.host().open();
  const hermit_status status = session.begin(session.shell(), request, code.text(), waiting_mode(trial));
  code.take_back();
  trial.waits_for("a pending cell to end");
  const Ran ran = session.go_on(session.shell(), request, status);
  return ran.status == HERMIT_OK ? passed() : failed(ran.told());
}

Verdict tasks_take_turns(Trial& trial) {
  Waiting first(trial);
  Waiting second(trial);
  trial.waits_for("two tasks to end");
  const Ran ran_second = second.end();
  const Ran ran_first = first.end();
  if (ran_first.status != HERMIT_OK) return failed("the first of two tasks: " + ran_first.told());
  return ran_second.status == HERMIT_OK ? passed() : failed("the second of two tasks: " + ran_second.told());
}

Verdict runs_a_task_beside_a_pending_cell(Trial& trial) {
  Waiting waiting(trial);
  trial.waits_for("a task beside a pending cell");
  const Ran beside = trial.run(trial.sample("prints"), as_task);
  const Ran ran = waiting.end();
  if (beside.status != HERMIT_OK) return failed("the task beside a pending cell: " + beside.told());
  if (beside.heard.out != trial.sample("prints", "stdout"))
    return failed("the task printed " + in_quotes(beside.heard.out));
  return ran.status == HERMIT_OK ? passed() : failed("the pending cell: " + ran.told());
}

}  // namespace

Group pending_cases() {
  const Needs waits{.samples = {"waits"}};
  return {"pending",
          {{.name = "pending-cells-end",
            .promise = "A cell that is pending ends, by finish or by resume.",
            .rule = finish,
            .advice = "call finish, or resume_after before HERMIT_PENDING is returned",
            .run = ends_pending_cells,
            .needs = waits},
           {.name = "pending-cells-end-once",
            .promise = "A cell that is pending ends once.",
            .rule = finish,
            .advice = "call finish once, and not when resume returns how the cell has ended",
            .run = finishes_once,
            .needs = waits},
           {.name = "interrupt-ends-pending-cells",
            .promise = "An interrupt ends a cell that is pending.",
            .rule = {"hermit/ext/interrupt.h", "interrupt", "docs/abi.md#extensions"},
            .advice = "call resume_after with 0 or finish from interrupt",
            .run = interrupt_ends_pending_cells,
            .needs = {.samples = {"waits"}, .extension = HERMIT_EXT_INTERRUPT}},
           {.name = "copies-code-of-pending-cells",
            .promise = "A cell that goes on after execute has a copy of its code.",
            .rule = {"hermit/abi.h", "convention 2", "docs/abi.md#conventions"},
            .advice = "copy the code, and the cell's id, before HERMIT_PENDING is returned",
            .run = copies_code_of_pending_cells,
            .needs = waits},
           {.name = "tasks-take-turns",
            .promise = "Two tasks that wait at the same time both end.",
            .rule = resume,
            .advice = "keep what belongs to a task with its request, and none of it in the shell",
            .run = tasks_take_turns,
            .needs = {.samples = {"waits"}, .ability = "tasks"}},
           {.name = "runs-tasks-beside-pending-cells",
            .promise = "A task runs while a cell is pending.",
            .rule = resume,
            .advice = "let execute run a task whatever other cells wait for",
            .run = runs_a_task_beside_a_pending_cell,
            .needs = {.samples = {"waits", "prints"}, .ability = "tasks"}}}};
}

}  // namespace hermit::check
