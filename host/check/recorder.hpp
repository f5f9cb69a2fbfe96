// Recorder: the host that a shell under check talks to. It does what it is asked, as the kernel would, and
// remembers all of it, sorted by request.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.hpp"
#include "shell/shell.hpp"

namespace hermit::check {

// One representation of a value.
struct Part {
  std::string type;
  std::string data;
  std::uint32_t form = 0;
};

// A value that was shown.
struct Shown {
  std::vector<Part> parts;
  std::string metadata;

  explicit Shown(const hermit_bundle& bundle);
  // The data of the part of this type; nothing when there is none.
  std::optional<std::string> part(std::string_view type) const;
};

// An error of user code.
struct Problem {
  std::string name;
  std::string value;
  std::vector<std::string> traceback;

  explicit Problem(const hermit_error& error);
};

// All that was heard of one request.
struct Heard {
  std::string out;
  std::string err;
  std::vector<Shown> results;
  std::vector<Shown> displays;
  std::vector<Problem> errors;
  std::vector<hermit_status> finishes;  // what finish() was called with, while the request was open
  std::size_t late = 0;                 // calls of fail, finish and result after its end
  std::size_t reads = 0;                // questions to the user
  std::vector<std::string> comms;       // ids of the comms that it opened
};

// Usable on any thread. What is not open any more is known until forget().
class Recorder final : public ShellHost {
 public:
  using Clock = std::chrono::steady_clock;

  // Settings have the values that the manifest gives them.
  explicit Recorder(const Manifest& manifest);

  // The number of a new request, which is open until close().
  hermit_request open();
  // The next number given is this one, which is above all that were given.
  void count_from(hermit_request request);
  void close(hermit_request request);
  // Forgets what was heard, of all requests.
  void forget();

  Heard heard(hermit_request request) const;
  // What was given with a number that no request ever had, or HERMIT_NO_REQUEST.
  Heard heard_of_strangers() const;
  std::set<std::string> targets() const;

  // What the user answers next: a line, or that nobody can be asked, or that the wait was interrupted.
  // Without one, nobody can be asked.
  void answer(hermit_status status, std::string line = "");

  // What a cell that is pending waits for.
  enum class Step { finished, resume, nothing };
  // Waits until the request has finished, or its turn has come to be resumed.
  Step next_step(hermit_request request, Clock::time_point deadline) EXCLUDES(mutex_);
  // Waits until `text` was printed with the request; false when it was not by then.
  bool wait_for(hermit_request request, std::string_view text, Clock::time_point deadline) EXCLUDES(mutex_);

  // What was written to a descriptor belongs to the request that was opened last.
  void captured(std::uint32_t stream, std::string_view bytes);

  // ShellHost
  hermit_status fail(hermit_request request, const hermit_error& error) override;
  hermit_status finish(hermit_request request, hermit_status status) override;
  hermit_status stream(hermit_request request, std::uint32_t stream, std::string_view text) override;
  hermit_status result(hermit_request request, const hermit_bundle& bundle) override;
  hermit_status display(hermit_request request, const hermit_bundle& bundle,
                        std::string_view display_id) override;
  hermit_status update(hermit_request request, const hermit_bundle& bundle,
                       std::string_view display_id) override;
  hermit_status clear(hermit_request request, bool wait) override;
  hermit_status resume_after(hermit_request request, std::uint64_t microseconds) override;
  hermit_status comm_target(std::string_view target, bool add) override;
  hermit_status comm_open(hermit_request request, const hermit_comm_message& message,
                          std::string& comm_id) override;
  hermit_status comm_send(hermit_request request, const hermit_comm_message& message) override;
  hermit_status comm_close(hermit_request request, const hermit_comm_message& message) override;
  hermit_status read_line(hermit_request request, std::string_view prompt, bool password,
                          std::string& line) override;
  std::optional<std::string> setting(std::string_view name) override;
  void shell_lost(const std::vector<hermit_request>& requests) override;

 private:
  struct Answer {
    hermit_status status;
    std::string line;
  };

  Heard& of(hermit_request request) REQUIRES(mutex_);
  bool is_open(hermit_request request) REQUIRES(mutex_);

  const std::map<std::string, std::string, std::less<>> settings_;

  mutable Mutex mutex_;
  Condition changed_;
  hermit_request last_ GUARDED_BY(mutex_) = 0;
  hermit_request first_ GUARDED_BY(mutex_) = 1;  // the first that is remembered
  std::set<hermit_request> open_ GUARDED_BY(mutex_);
  std::map<hermit_request, Heard> heard_ GUARDED_BY(mutex_);
  Heard strangers_ GUARDED_BY(mutex_);
  std::map<hermit_request, Clock::time_point> resumes_ GUARDED_BY(mutex_);
  std::deque<Answer> answers_ GUARDED_BY(mutex_);
  std::set<std::string> targets_ GUARDED_BY(mutex_);
  std::set<std::string> comms_ GUARDED_BY(mutex_);  // ids of those that are open
};

// The values of a shell's settings when its user has set none, as the host gives them to it.
std::map<std::string, std::string, std::less<>> default_settings(const Manifest& manifest);

}  // namespace hermit::check
