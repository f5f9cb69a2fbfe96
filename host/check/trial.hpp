// Trial: what a case has to work with, in the process that is its alone.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "check/case.hpp"
#include "check/samples.hpp"
#include "check/session.hpp"
#include "shell/finder.hpp"

namespace hermit::check {

// Belongs to the main thread.
class Trial {
 public:
  // `report` is the descriptor on which the process tells how far it is.
  Trial(std::filesystem::path program, FoundShell found, int report);

  const std::filesystem::path& program() const { return program_; }
  const FoundShell& found() const { return found_; }

  // Makes ready what the stage says, runs the case, and ends what it has left.
  Verdict run(const Case& tried);

  // Says what the case waits for, should it not come back: "the end of the loop".
  void waits_for(std::string_view what) const;

  // From Stage::library on.
  const hermit_shell_entry_type& entry() const { return *entry_; }
  const Json& manifest() const { return manifest_; }
  const Samples& samples() const { return *samples_; }
  // A field of a sample that the case needs.
  std::string sample(std::string_view name, std::string_view field = "code") const {
    return samples_->field(name, field);
  }

  // From Stage::session on.
  Session& session() { return *session_; }
  Ran run(std::string_view code, const CellOptions& options = {}) { return session_->run(code, options); }
  // A life of the shell; not beside that of the stage.
  Result<std::unique_ptr<Session>> start(Home home = Home::here, bool captures = true) const;

  // The lines in which the host has logged that the shell broke a rule.
  std::vector<std::string> misbehaviour() const EXCLUDES(mutex_);

 private:
  Verdict prepare(Stage stage);

  const std::filesystem::path program_;
  const FoundShell found_;
  const int report_;
  const hermit_shell_entry_type* entry_ = nullptr;
  Json manifest_;
  std::unique_ptr<Samples> samples_;
  std::unique_ptr<Session> session_;

  mutable Mutex mutex_;
  std::vector<std::string> misbehaviour_ GUARDED_BY(mutex_);
  const log::Listener listener_;
};

// Runs the case in this process, tells `report` what it came to, and ends the process.
// `arguments` are those that runner.cpp gives. [main-thread]
[[noreturn]] void run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments);

// The verb of `hermit` that calls it; of use to nobody but the runner.
inline constexpr std::string_view child_verb = "check-case";

// What the lines that a process reports begin with; what a crash writes begins otherwise.
inline constexpr std::string_view step_mark = "waits for ";
inline constexpr std::string_view verdict_mark = "verdict ";

}  // namespace hermit::check
