// A shell library under test, loaded as a host loads it: opened with RTLD_LOCAL, everything else through its
// entry symbol.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fake_host.hpp"

namespace hermit::test {

// Opens a library and returns its entry; it is never closed. Throws std::runtime_error when it cannot.
const hermit_shell_entry_type& open_entry(const char* library);

struct Match {
  std::string text;
  std::string type;
  std::string signature;

  bool operator==(const Match&) const = default;
};

struct Completion {
  std::vector<Match> matches;
  std::vector<std::string> texts;
  uint64_t start = 0;
  uint64_t end = 0;

  // The match with this text.
  std::optional<Match> find(std::string_view text) const;
};

struct CodeState {
  uint32_t completeness = HERMIT_CODE_UNKNOWN;
  std::string indent;
};

// What became of a cell.
struct Outcome : Record {
  hermit_status status = HERMIT_FAILED;

  // The text of the one result, or "" when there is none.
  std::string text() const;
  // The one error.
  RecordedError error() const;
};

struct Evaluation {
  hermit_status status = HERMIT_FAILED;
  RecordedBundle value;
  RecordedError error;
};

class ShellUnderTest {
 public:
  // `entry` and `host` have to outlive the shell.
  ShellUnderTest(const hermit_shell_entry_type& entry, FakeHost& host);
  ~ShellUnderTest();
  ShellUnderTest(const ShellUnderTest&) = delete;
  ShellUnderTest& operator=(const ShellUnderTest&) = delete;

  // A subshell of `parent`, made and used on this thread.
  explicit ShellUnderTest(ShellUnderTest& parent);

  // Runs a cell as the host does, and resumes it and other cells that sleep until it has ended. The number of
  // the request is that of the cell, plus 1000; those of subshells are higher.
  Outcome execute(std::string_view code,
                  uint32_t flags = HERMIT_CELL_STORE_HISTORY | HERMIT_CELL_ALLOW_STDIN);
  // Runs a cell up to where it sleeps or ends.
  hermit_status start(std::string_view code, uint32_t run_mode = HERMIT_RUN_TASK);
  hermit_status start_cell(const hermit_cell& cell);
  // The same for a request that the test has numbered; may be called on any thread for HERMIT_RUN_THREAD.
  Outcome run(hermit_request request, std::string_view code, uint32_t run_mode);
  void resume(hermit_request request);
  // Goes on with the cell that comes next, and says which it was.
  hermit_request resume_next();
  // Goes on until no cell sleeps. Returns the order in which they were resumed.
  std::vector<hermit_request> resume_all();
  // What became of a cell that start() began.
  Outcome outcome(hermit_request request);
  Evaluation evaluate(std::string_view expression);
  void interrupt(hermit_request request);
  // Has the client open, use or close a comm, under a request of its own; may be called on any thread.
  struct CommMessage {
    std::string_view id = "c1";
    std::string_view target = "t";
    std::string_view data = {};
    std::string_view metadata = {};
    std::vector<std::string> buffers = {};
  };
  Outcome comm_opened(hermit_request request, const CommMessage& message);
  Outcome comm_received(hermit_request request, const CommMessage& message);
  Outcome comm_closed(hermit_request request, const CommMessage& message);
  Completion complete(std::string_view code, std::optional<size_t> cursor = {});
  // The description as plain text, or "" when there is none.
  std::string inspect(std::string_view code, std::optional<size_t> cursor = {}, uint32_t detail = 0);
  CodeState is_complete(std::string_view code);

  // The request of the next cell.
  hermit_request next_request() const { return first_request_ + count_ + 1; }
  hermit_request last_request() const { return first_request_ + count_; }
  FakeHost& host() { return host_; }

 private:
  template <typename Table>
  const Table* extension(std::string_view id);
  template <typename Handler>
  Outcome tell(hermit_request request, const CommMessage& message, Handler handler);

  const hermit_shell_entry_type& entry_;
  FakeHost& host_;
  hermit_shell* shell_ = nullptr;
  hermit_request first_request_ = 1000;
  uint64_t count_ = 0;
  std::map<hermit_request, hermit_status> statuses_;  // of cells begun by start()
};

}  // namespace hermit::test
