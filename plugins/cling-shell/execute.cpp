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
#include "shell.hpp"
#include "streams.hpp"

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
  sdk::UserError report;
};

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

// Runs the code with the lane as this thread's.
sdk::Outcome guard(Lane& lane, const std::function<void()>& code) {
  try {
    if (lane.interrupted) throw Interruption{};
    code();
    lane.runs = false;
    return {};
  } catch (const Interruption&) {
    lane.runs = false;
    return interrupted();
  } catch (...) {
    lane.runs = false;
    return report_exception(*lane.session);
  }
}

sdk::Outcome run(Lane& lane, const std::function<void()>& code) {
  // Nothing here changes between setting the jump and taking it, as what does would be lost.
  if (sigsetjmp(lane.leave, 1) != 0) return lane.interrupted ? interrupted() : report_terminate();
  lane.runs = true;
  return guard(lane, code);
}

sdk::Outcome run_code(Session& session, Lane& lane, const std::string& name, std::string_view code) {
  if (lane.interrupted) return interrupted();
  Ready ready;
  {
    const auto turn = session.turn(lane);
    if (turn) ready = make_ready(session, name, code, lane.request, &lane.interrupted);
    if (!turn) ready.is_halted = true;
  }
  if (ready.is_halted) return interrupted();
  if (!ready.unit) return std::move(ready.report);
  sdk::Outcome outcome;
  {
    const OnThread here(lane);
    const auto begin = std::chrono::steady_clock::now();
    outcome = run(lane, [&] {
      for (const auto start : ready.starts) start();
    });
    lane.ran = std::chrono::steady_clock::now() - begin;
  }
  if (ready.passing != 0) ready.linker->leave(ready.passing);
  if (outcome.status() != HERMIT_OK && lane.marks < ready.unit->marks.size()) {
    const std::lock_guard guard(session.compiling);
    session.compiler->drop_after(*ready.unit, lane.marks);
  }
  return outcome;
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

sdk::Outcome CppShell::execute(const sdk::Cell& cell) {
  Session& session = *session_;
  Lane lane;
  lane.session = &session;
  lane.is_silent = cell.silent;
  lane.is_apart = number_ != 0 || cell.run_mode == HERMIT_RUN_THREAD;
  const sdk::Serving serving(session.interrupts, lane, cell.request);
  Prepared prepared = carry_out_magics(session, lane, cell.code);
  if (prepared.failure) return std::move(*prepared.failure);
  const auto begin = std::chrono::steady_clock::now();
  sdk::Outcome outcome = run_code(session, lane, sdk::cell_name(cell, number_), prepared.code);
  if (prepared.is_timed)
    session.host.print(cell.request, timing(std::chrono::steady_clock::now() - begin, lane));
  return outcome;
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

sdk::Outcome call_guarded(Session& session, hermit_request request, const std::function<void()>& call) {
  Lane lane;
  lane.session = &session;
  lane.is_apart = true;
  const sdk::Serving serving(session.interrupts, lane, request);
  const OnThread here(lane);
  return run(lane, call);
}

sdk::Outcome CppShell::evaluate(hermit_request request, std::string_view expression) {
  Session& session = *session_;
  sdk::Bundle value;
  Lane lane;
  lane.session = &session;
  lane.value = &value;
  const sdk::Serving serving(session.interrupts, lane, request);
  sdk::Outcome outcome = run_code(session, lane, "expression", expression);
  if (outcome.status() != HERMIT_OK) return outcome;
  return value;
}

}  // namespace hermit::cling_shell
