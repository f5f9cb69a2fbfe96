// Session: one life of a shell under check, in this process or in one of its own, and cells that are run in
// it.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "check/recorder.hpp"
#include "shell/capture.hpp"
#include "shell/shell.hpp"

namespace hermit::check {

// Where a shell runs.
enum class Home { here, worker };

// What cells are given with.
struct CellOptions {
  std::uint32_t flags = HERMIT_CELL_STORE_HISTORY;
  std::uint32_t run_mode = HERMIT_RUN_QUEUE;
};

// How a cell ended, and what was heard of it by then.
struct Ran {
  hermit_request request = 0;
  hermit_status status = HERMIT_FAILED;  // HERMIT_PENDING when it has not ended in time
  Heard heard;

  // What it came to, for a sentence: its status, and the error that it described.
  std::string told() const;
};

// A match of a completion.
struct Match {
  std::string text;
  std::string type;
};

struct Completion {
  hermit_status status = HERMIT_FAILED;
  std::uint64_t start = 0;  // the range; at the cursor when the shell has given none
  std::uint64_t end = 0;
  std::vector<Match> matches;
};

struct Inspection {
  hermit_status status = HERMIT_FAILED;
  std::vector<Shown> found;  // one, or none
};

struct Completeness {
  hermit_status status = HERMIT_FAILED;
  std::uint32_t answer = HERMIT_CODE_UNKNOWN;
  std::string indent;
};

// How long something may take before a case says that it did not come: for machines under load.
inline constexpr std::chrono::seconds patience{20};
Recorder::Clock::time_point soon();

class Session {
 public:
  // Starts the shell on the calling thread; what it writes to its descriptors counts as output if it
  // `captures`, as one session in the process may. The error is the shell's.
  static Result<std::unique_ptr<Session>> start(Home home, bool captures,
                                                const std::filesystem::path& program,
                                                const std::filesystem::path& library,
                                                const hermit_shell_entry_type& entry);
  // end().
  ~Session();

  Shell& shell() { return *shell_; }
  Recorder& host() { return host_; }

  // Runs a cell and goes on with it until it has ended, on the calling thread.
  Ran run(std::string_view code, const CellOptions& options = {}) { return run(*shell_, code, options); }
  Ran run(Shell& shell, std::string_view code, const CellOptions& options = {});
  // The same with a number that host().open() has given, and closes it.
  Ran run(Shell& shell, hermit_request request, hermit_text code, const CellOptions& options = {});
  // Its first half: what execute() returns; its second: goes on until it has ended, and closes it.
  hermit_status begin(Shell& shell, hermit_request request, hermit_text code,
                      const CellOptions& options = {});
  Ran go_on(Shell& shell, hermit_request request, hermit_status status);

  Completion complete(std::string_view code, std::uint64_t cursor);
  Inspection inspect(std::string_view code, std::uint64_t cursor);
  Completeness is_complete(std::string_view code);

  // Ends the shell; then only host() can be used.
  void end();

 private:
  explicit Session(const Manifest& manifest);

  Recorder host_;
  Capture capture_;
  std::unique_ptr<Shell> shell_;
};

}  // namespace hermit::check
