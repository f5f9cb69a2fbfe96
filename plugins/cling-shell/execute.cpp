// A cell from its code to its result.
#include "execute.hpp"

#include <chrono>
#include <cstdio>

#include "checks.hpp"
#include "clang.hpp"
#include "compiler.hpp"
#include "emit.hpp"
#include "errors.hpp"
#include "linker.hpp"
#include "magics.hpp"
#include "session.hpp"
#include "streams.hpp"
#include "text.hpp"

namespace hermit::cling_shell {
namespace {

constexpr std::string_view last_value = "hermit_cpp_last_value";

// A cell that is ready to run, or why it is not.
struct Ready {
  std::optional<Unit> unit;
  std::vector<void (*)()> starts;
  Linker* linker = nullptr;  // what has linked it; lives as long as the process
  unsigned passing = 0;      // see Linked
  bool is_halted = false;    // it was interrupted on the way
  Report report;
};

// The name of a cell in diagnostics. All shells count from 1.
std::string name_of(const hermit_cell& cell, unsigned subshell) {
  if ((cell.flags & HERMIT_CELL_SILENT) != 0) return "silent cell";
  const std::string number = std::to_string(cell.execution_count);
  return subshell == 0 ? "cell [" + number + "]"
                       : "cell [sub" + std::to_string(subshell) + ":" + number + "]";
}

// With `compiling` held.
Ready make_ready(Session& session, const std::string& name, std::string_view code, hermit_request request,
                 const std::atomic<bool>* wish) {
  session.sources[name] = code;
  Ready ready;
  Compiler& compiler = *session.compiler;
  // Templates alone make no code, so this only has to be parsed.
  if (const std::string due = compiler.due(); !due.empty()) compiler.compile("hermit", due, "");
  ready.unit = compiler.compile(name, code, last_value, wish);
  if (!ready.unit) {
    ready.is_halted = compiler.halt().has_come();
    if (!ready.is_halted) ready.report = report_diagnostics(compiler.diagnostics());
    return ready;
  }
  if (!compiler.diagnostics().text().empty()) {
    session.host.stream(request, HERMIT_STDERR, compiler.diagnostics().text());
  }
  note_throwing(*ready.unit->module);
  const auto stops = [&] { return wish != nullptr && *wish; };
  session.emitter->optimise(*ready.unit->module, session.optimisation, stops);
  const Outline outline = session.linker->prepare(*ready.unit->module, ready.unit->renewed);
  add_checks(*ready.unit->module);
  auto object = stops() ? nullptr : session.emitter->object(*ready.unit->module, session.optimisation);
  ready.unit->module.reset();
  ready.unit->context.reset();
  if (object == nullptr || stops()) {
    compiler.drop(*ready.unit);
    ready.unit.reset();
    ready.is_halted = true;
    return ready;
  }
  Linked linked = session.linker->link(std::move(object), outline);
  if (linked.missing.empty() && linked.trouble.empty()) {
    ready.starts = std::move(linked.starts);
    ready.passing = linked.passing;
    ready.linker = session.linker.get();
    return ready;
  }
  compiler.drop(*ready.unit);
  ready.unit.reset();
  ready.report =
      linked.missing.empty() ? report_text("LinkError", linked.trouble) : report_missing(linked.missing);
  return ready;
}

// Runs the code with the lane as this thread's. What it was interrupted or failed with is put to `report`.
hermit_status guard(Lane& lane, const std::function<void()>& code, Report& report) {
  try {
    if (lane.interrupted) throw Interruption{};
    code();
    lane.runs = false;
    return HERMIT_OK;
  } catch (const Interruption&) {
    lane.runs = false;
    report = report_interrupt();
    return HERMIT_INTERRUPTED;
  } catch (...) {
    lane.runs = false;
    report = report_exception(*lane.session);
    return HERMIT_USER_ERROR;
  }
}

hermit_status run(Lane& lane, const std::function<void()>& code, Report& report) {
  // Nothing here changes between setting the jump and taking it, as what does would be lost.
  if (sigsetjmp(lane.leave, 1) != 0) {
    report = lane.interrupted ? report_interrupt() : report_terminate();
    return lane.interrupted ? HERMIT_INTERRUPTED : HERMIT_USER_ERROR;
  }
  lane.runs = true;
  return guard(lane, code, report);
}

hermit_status run_code(Session& session, Lane& lane, const std::string& name, std::string_view code,
                       Report& report) {
  if (lane.interrupted) {
    report = report_interrupt();
    return HERMIT_INTERRUPTED;
  }
  Ready ready;
  {
    const auto turn = session.turn(lane);
    if (turn) ready = make_ready(session, name, code, lane.request, &lane.interrupted);
    if (!turn) ready.is_halted = true;
  }
  if (ready.is_halted) {
    report = report_interrupt();
    return HERMIT_INTERRUPTED;
  }
  if (!ready.unit) {
    report = std::move(ready.report);
    return HERMIT_USER_ERROR;
  }
  hermit_status status = HERMIT_OK;
  {
    const OnThread here(lane);
    const auto begin = std::chrono::steady_clock::now();
    status = run(
        lane,
        [&] {
          for (const auto start : ready.starts) start();
        },
        report);
    lane.ran = std::chrono::steady_clock::now() - begin;
  }
  if (ready.passing != 0) ready.linker->leave(ready.passing);
  if (status != HERMIT_OK && lane.marks < ready.unit->marks.size()) {
    const std::lock_guard guard(session.compiling);
    session.compiler->drop_after(*ready.unit, lane.marks);
  }
  return status;
}

// What %time prints.
std::string timing(std::chrono::steady_clock::duration whole, const Lane& lane) {
  const auto text = [](std::chrono::steady_clock::duration time) {
    const double milliseconds = std::chrono::duration<double, std::milli>(time).count();
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, milliseconds < 1000 ? "%.3f ms" : "%.0f ms", milliseconds);
    return std::string(buffer);
  };
  return "ran for " + text(lane.ran) + ", compiled for " + text(whole - lane.ran) + "\n";
}

}  // namespace

hermit_status execute(Session& session, hermit_request request, const hermit_cell& cell, unsigned subshell) {
  Lane lane;
  lane.session = &session;
  lane.is_silent = (cell.flags & HERMIT_CELL_SILENT) != 0;
  lane.is_apart = subshell != 0 || cell.run_mode == HERMIT_RUN_THREAD;
  const Serving serving(session.interrupts, lane, request);
  const Prepared prepared = carry_out_magics(session, lane, view(cell.code));
  // A command of the system's that was interrupted has failed, but that is not what is to be told.
  if (prepared.failure && !lane.interrupted) {
    session.host.fail(request, *prepared.failure);
    return HERMIT_USER_ERROR;
  }
  Report report;
  const auto begin = std::chrono::steady_clock::now();
  const hermit_status status = run_code(session, lane, name_of(cell, subshell), prepared.code, report);
  if (prepared.is_timed)
    session.host.stream(request, HERMIT_STDOUT, timing(std::chrono::steady_clock::now() - begin, lane));
  if (status != HERMIT_OK) session.host.fail(request, report);
  return status;
}

bool run_own(Session& session, std::string_view code, std::string& why) {
  const Ready ready = make_ready(session, "hermit", code, HERMIT_NO_REQUEST, nullptr);
  if (!ready.unit) {
    why = ready.report.value;
    return false;
  }
  for (const auto start : ready.starts) start();
  return true;
}

hermit_status call_guarded(Session& session, hermit_request request, const std::function<void()>& call) {
  Lane lane;
  lane.session = &session;
  lane.is_apart = true;
  const Serving serving(session.interrupts, lane, request);
  Report report;
  hermit_status status = HERMIT_OK;
  {
    const OnThread here(lane);
    status = run(lane, call, report);
  }
  if (status != HERMIT_OK) session.host.fail(request, report);
  return status;
}

hermit_status evaluate(Session& session, hermit_request request, hermit_text expression,
                       const hermit_bundle_sink& value, const hermit_error_sink& error) {
  Bundle bundle;
  Lane lane;
  lane.session = &session;
  lane.value = &bundle;
  const Serving serving(session.interrupts, lane, request);
  Report report;
  const hermit_status status = run_code(session, lane, "expression", view(expression), report);
  if (status != HERMIT_OK) {
    with_report(report, [&](const hermit_error* lent) { error.put(error.context, lent); });
    return status;
  }
  with_bundle(bundle, [&](const hermit_bundle* lent) { value.put(value.context, lent); });
  return HERMIT_OK;
}

}  // namespace hermit::cling_shell
