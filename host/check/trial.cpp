#include "check/trial.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <utility>

#include "base/file.hpp"
#include "check/catalogue.hpp"
#include "shell/library.hpp"
#include "worker/backtrace.hpp"

namespace hermit::check {

Trial::Trial(std::filesystem::path program, FoundShell found, int report)
    : program_(std::move(program)),
      found_(std::move(found)),
      report_(report),
      listener_([this](std::string_view line) {
        if (line.find("SHELL_MISBEHAVING") == std::string_view::npos) return;
        Lock lock(mutex_);
        misbehaviour_.emplace_back(line.substr(line.find("SHELL_MISBEHAVING")));
      }) {}

std::vector<std::string> Trial::misbehaviour() const {
  Lock lock(mutex_);
  return misbehaviour_;
}

void Trial::waits_for(std::string_view what) const {
  write_all(report_, std::string(step_mark) + std::string(what) + "\n");
}

Result<std::unique_ptr<Session>> Trial::start(Home home, bool captures) const {
  return Session::start(home, captures, program_, found_.library, *entry_);
}

// Passed when everything is ready.
Verdict Trial::prepare(Stage stage) {
  if (stage == Stage::file) return passed();
  const auto entry = load_library(found_.library);
  if (!entry) return failed(entry.error().message);
  entry_ = *entry;
  if (auto manifest = parse_json_object(entry_->manifest)) manifest_ = std::move(*manifest);
  samples_ = std::make_unique<Samples>(manifest_);
  if (stage == Stage::library) return passed();
  waits_for("create");
  auto session = start(stage == Stage::worker ? Home::worker : Home::here);
  if (!session) return failed(session.error().message);
  session_ = std::move(*session);
  return passed();
}

Verdict Trial::run(const Case& tried) {
  Verdict verdict = prepare(tried.stage);
  if (verdict.outcome != Outcome::passed) return verdict;
  waits_for("the end of the case");
  verdict = tried.run(*this);
  if (session_ != nullptr) {
    waits_for("destroy");
    session_->end();
  }
  if (verdict.outcome != Outcome::passed) return verdict;
  const auto lines = misbehaviour();
  return lines.empty() ? verdict : failed("the host has logged: " + lines.front());
}

void run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  // Nothing that a case has started outlives whoever runs the check.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Descriptor given(std::atoi(arguments.at(0).c_str()));
  const Descriptor report = high_copy(given.get());
  const worker::AlternateStack stack;
  worker::report_crashes(report.get());
  Verdict verdict;
  try {
    const auto found = find_shell(arguments.at(1), {});
    const Case* const tried = find_case(arguments.at(2));
    if (!found || tried == nullptr) _exit(static_cast<int>(Exit::usage));
    Trial trial(program, *found, report.get());
    verdict = trial.run(*tried);
  } catch (const std::exception& error) {
    verdict = failed(std::string("the case itself failed: ") + error.what());
  }
  write_all(report.get(), std::string(verdict_mark) + verdict_text(verdict) + "\n");
  // What static objects do at an exit is not the matter of a case.
  _exit(0);
}

}  // namespace hermit::check
