// Wire: the shell in a whole kernel, asked as a notebook asks, over its sockets.
#include <sstream>

#include "check/catalogue.hpp"
#include "check/process_state.hpp"
#include "check/trial.hpp"
#include "check/wire_kernel.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/tour.md#in";

// Has the case done with a kernel that runs the shell.
template <class Deed>
Verdict with_kernel(Trial& trial, Deed deed) {
  trial.waits_for("the kernel to start");
  const auto kernel = WireKernel::start(trial.program(), trial.found().library);
  if (!kernel) return failed(kernel.error().message);
  trial.waits_for("the kernel to answer");
  Verdict verdict = deed(**kernel);
  if (verdict.outcome != Outcome::passed) return verdict;
  std::istringstream log((*kernel)->log());
  for (std::string line; std::getline(log, line);) {
    // How long an interrupt takes is for a case of its own, which bears a machine under load.
    const bool is_late = line.find("has not returned for") != std::string::npos;
    if (!is_late && line.find("SHELL_MISBEHAVING") != std::string::npos)
      return failed("the kernel has logged: " + line);
  }
  return verdict;
}

// A cell's status and error, for a sentence.
std::string told(const Answer& answer) {
  return "the cell came to " + in_quotes(answer.status()) + " " + dump_json(answer.reply_field("ename")) +
         " " + dump_json(answer.reply_field("evalue"));
}

Verdict kernel_runs_cells(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    ExecuteOptions options;
    options.metadata = {{"cellId", "a-cell-of-the-check"}};
    const Answer answer = kernel.client().execute(trial.sample("prints"), options);
    if (!answer.wait()) return failed("the cell was not answered");
    if (answer.status() != "ok") return failed(told(answer));
    const std::string wanted = trial.sample("prints", "stdout");
    return answer.stdout_text() == wanted ? passed()
                                          : failed("it printed " + in_quotes(answer.stdout_text()));
  });
}

Verdict kernel_describes_the_language(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    const Answer answer = kernel.client().kernel_info();
    if (!answer.wait()) return failed("kernel_info was not answered");
    const Json given = answer.reply_field("language_info");
    for (const auto& [key, value] : trial.manifest()["language_info"].items()) {
      if (given.value(key, Json()) != value)
        return failed("language_info." + key + " is " + dump_json(given.value(key, Json())));
    }
    return passed();
  });
}

Verdict kernel_shows_errors(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    const Answer answer = kernel.client().execute(trial.sample("fails"));
    if (!answer.wait()) return failed("the cell was not answered");
    if (answer.status() != "error" || answer.reply_field("ename") != trial.sample("fails", "name"))
      return failed(told(answer));
    if (answer.messages("error").size() != 1)
      return failed("clients saw " + std::to_string(answer.messages("error").size()) + " errors");
    const Answer next = kernel.client().execute(trial.sample("prints"));
    next.wait();
    return next.status() == "ok" ? passed() : failed("the next cell: " + told(next));
  });
}

Verdict kernel_interrupts(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    const Answer busy = kernel.client().execute(trial.sample("loops"));
    if (!busy.wait_for("execute_input")) return failed("the cell did not begin");
    kernel.client().interrupt().wait();
    if (!busy.wait()) return failed("the interrupted cell did not end");
    if (busy.status() != "error") return failed(told(busy));
    const Answer next = kernel.client().execute(trial.sample("prints"));
    next.wait();
    return next.status() == "ok" ? passed() : failed("the next cell: " + told(next));
  });
}

Verdict kernel_asks(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    const Answer answer = kernel.client().execute(trial.sample("reads"));
    const Received* question = answer.wait_for_input();
    if (question == nullptr) return failed("nobody was asked: " + told(answer));
    kernel.client().reply_to_input(*question, "eleven");
    if (!answer.wait() || answer.status() != "ok") return failed(told(answer));
    const bool printed = answer.stdout_text().find("eleven") != std::string::npos;
    return printed ? passed() : failed("given a line it printed " + in_quotes(answer.stdout_text()));
  });
}

Verdict kernel_completes(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    const std::string code = trial.sample("completes");
    const Answer answer = kernel.client().complete(code, code.size());
    if (!answer.wait()) return failed("complete was not answered");
    for (const auto& match : answer.reply_field("matches")) {
      if (match == trial.sample("completes", "match")) return passed();
    }
    return failed("the matches are " + in_quotes(dump_json(answer.reply_field("matches"))));
  });
}

// Whether the kernel ends well after a shutdown.
Verdict ends_well(WireKernel& kernel) {
  const Answer answer = kernel.client().shutdown();
  const auto ending = kernel.wait();
  if (!ending)
    return failed("the kernel still ran " + std::to_string(patience.count()) + " s after a shutdown");
  if (ending->signal != 0) return failed("the kernel was ended by signal " + std::to_string(ending->signal));
  return ending->exit_code == 0
             ? passed()
             : failed("the kernel ended with exit code " + std::to_string(ending->exit_code));
}

Verdict kernel_shuts_down(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    kernel.client().execute(trial.sample("prints")).wait();
    return ends_well(kernel);
  });
}

Verdict kernel_shuts_down_while_busy(Trial& trial) {
  return with_kernel(trial, [&](WireKernel& kernel) {
    const Answer busy = kernel.client().execute(trial.sample("loops"));
    if (!busy.wait_for("execute_input")) return failed("the cell did not begin");
    return ends_well(kernel);
  });
}

}  // namespace

Group wire_cases() {
  constexpr Rule execute{"hermit/shell.h", "execute", page};
  return {"wire",
          {{.name = "kernel-runs-cells",
            .promise = "In a kernel a cell runs, and its client sees what it prints.",
            .rule = execute,
            .advice = "run hermit start --log_level=debug with the shell by hand, and read its log",
            .run = kernel_runs_cells,
            .stage = Stage::library,
            .needs = {.samples = {"prints"}},
            .level = 2},
           {.name = "kernel-describes-the-language",
            .promise = "Clients get the language's description as the manifest has it.",
            .rule = {"hermit/shell.h", "language_info", page},
            .advice = "write NAME.shell.json anew: it is what the kernel reads",
            .run = kernel_describes_the_language,
            .stage = Stage::library},
           {.name = "kernel-shows-errors",
            .promise = "A client sees an error once, and the kernel runs the next cell.",
            .rule = {"hermit/host.h", "fail", page},
            .advice = "describe an error with fail, and print none of it",
            .run = kernel_shows_errors,
            .stage = Stage::library,
            .needs = {.samples = {"fails", "prints"}}},
           {.name = "kernel-interrupts",
            .promise = "A client's interrupt ends the cell that runs, and the kernel runs the next.",
            .rule = {"hermit/ext/interrupt.h", "interrupt", page},
            .advice = "see that interrupt works on the thread it is called on, [control-thread]",
            .run = kernel_interrupts,
            .stage = Stage::library,
            .needs = {.samples = {"loops", "prints"}, .extension = HERMIT_EXT_INTERRUPT}},
           {.name = "kernel-asks",
            .promise = "A cell's question reaches the client, and the client's line the cell.",
            .rule = {"hermit/ext/input.h", "read", page},
            .advice = "ask with read of hermit.input/1, not from descriptor 0",
            .run = kernel_asks,
            .stage = Stage::library,
            .needs = {.samples = {"reads"}}},
           {.name = "kernel-completes",
            .promise = "A client gets the completions that the shell offers.",
            .rule = {"hermit/ext/complete.h", "complete", page},
            .advice = "see that complete works on the thread it is called on, [introspection-thread]",
            .run = kernel_completes,
            .stage = Stage::library,
            .needs = {.samples = {"completes"}, .extension = HERMIT_EXT_COMPLETE}},
           {.name = "kernel-shuts-down",
            .promise = "A kernel that is shut down ends with exit code 0.",
            .rule = {"hermit/shell.h", "destroy", page},
            .advice = "see that destroy returns, and that nothing of the shell's ends the process",
            .run = kernel_shuts_down,
            .stage = Stage::library,
            .needs = {.samples = {"prints"}}},
           {.name = "kernel-shuts-down-while-busy",
            .promise = "A kernel ends while a cell computes for ever.",
            .rule = {"hermit/shell.h", "destroy", page},
            .advice = "leave the end of the process to the host, in interrupt too",
            .run = kernel_shuts_down_while_busy,
            .stage = Stage::library,
            .needs = {.samples = {"loops"}}}}};
}

}  // namespace hermit::check
