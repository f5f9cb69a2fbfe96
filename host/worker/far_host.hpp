// FarHost: the host as a shell in a worker sees it. What the shell says goes to the host over the line of the
// thread that says it, or, for output, into the shared memory.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/mutex.hpp"
#include "shell/capture.hpp"
#include "shell/shell.hpp"
#include "worker/line.hpp"
#include "worker/ring.hpp"

namespace hermit::worker {

// Usable on any thread. Never destroyed: threads of the shell's may call it until the process ends.
class FarHost final : public ShellHost {
 public:
  // `link` is the socket of the link, which stays the caller's.
  FarHost(int link, Ring ring);

  // Before the shell is made. The error says why the standard streams cannot be captured.
  Result<void> start(std::map<std::string, std::string, std::less<>> settings, bool capture);

  // The line on which the calling thread waits for calls. To be told once a thread, before the first.
  static void set_line(Line& line);

  // A call for this request begins or ends on this thread; output belongs to the cell that began last.
  void begin(hermit_request request, bool is_cell) EXCLUDES(mutex_);
  // What was printed until now is with the host when the caller's next word is.
  void flush() EXCLUDES(mutex_);
  // The same at the end of a cell: the descriptors 1 and 2 are opened again if they were closed.
  void end(hermit_request request) EXCLUDES(mutex_);

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
  void shell_lost(const std::vector<hermit_request>&) override {}

 private:
  Line& line();
  hermit_status call(Word word, const Writer& values, std::string* yield = nullptr);
  hermit_status output(Word word, const Writer& values);
  void put(Record record, hermit_request request, std::string_view text,
           Ring::Source source = Ring::Source::shell) EXCLUDES(mutex_);
  void put_text(std::uint32_t stream, hermit_request request, std::string_view text,
                Ring::Source source = Ring::Source::shell) EXCLUDES(mutex_);
  std::string whole_of(hermit_request owner, std::uint32_t stream, std::string_view bytes) REQUIRES(mutex_);
  bool is_whole(hermit_request owner, std::uint32_t stream, std::string_view text) const EXCLUDES(mutex_);
  void put_beginnings(hermit_request owner) EXCLUDES(mutex_);
  void take_captured(std::uint32_t stream, std::string_view bytes) EXCLUDES(mutex_);
  bool was_given(hermit_request request) const EXCLUDES(mutex_);
  void set_timer(bool on) REQUIRES(mutex_);
  void run_flusher() EXCLUDES(mutex_);

  const int link_;
  const Descriptor timer_;  // fires when the ring was not emptied for a while
  std::map<std::string, std::string, std::less<>> settings_;  // fixed by start()
  Capture capture_;
  std::thread flusher_;

  mutable Mutex mutex_;
  Ring ring_ GUARDED_BY(mutex_);
  // The beginnings of characters that were split over two writes, by whose they are and the stream.
  std::map<std::pair<hermit_request, std::uint32_t>, std::string> beginnings_ GUARDED_BY(mutex_);
  bool armed_ GUARDED_BY(mutex_) = false;              // the timer
  std::set<hermit_request> cells_ GUARDED_BY(mutex_);  // that run
  hermit_request last_ GUARDED_BY(mutex_) = HERMIT_NO_REQUEST;
  hermit_request last_cell_ GUARDED_BY(mutex_) = HERMIT_NO_REQUEST;
};

}  // namespace hermit::worker
