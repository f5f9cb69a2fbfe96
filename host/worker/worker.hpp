// Worker: one life of a process in which a shell runs, seen from the host: calls into the shell, what it
// calls in the host meanwhile, and how it dies.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "shell/shell.hpp"
#include "worker/child.hpp"
#include "worker/death.hpp"
#include "worker/host_calls.hpp"
#include "worker/line.hpp"
#include "worker/options.hpp"
#include "worker/requests.hpp"
#include "worker/ring.hpp"

namespace hermit::worker {

// How a call into the shell has returned. The values are valid until the calling thread's next call.
struct Returned {
  hermit_status status;
  Reader values;
};

// Usable on any thread but where it says otherwise.
class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  // Starts the process and, in it, on a thread of its own, the shell. `host` outlives it. `main` is the
  // thread whose calls the worker's main thread answers. To be called on the thread that will call watch(),
  // which has to live as long as the worker.
  static Result<std::shared_ptr<Worker>> start(const WorkerOptions& options, ShellHost& host,
                                               std::thread::id main);
  // The host's ends of what start() has made.
  struct Ends {
    Child child;
    Descriptor link;
    Descriptor report;
    Descriptor wake;
    Ring ring;
  };
  Worker(const WorkerOptions& options, ShellHost& host, Ends ends);
  // Ends the process.
  ~Worker();

  // Waits until the shell has been made; the error says why it could not be. Exit::shell_start stands for a
  // shell that has refused, other codes for a process that has died.
  Result<void> wait_until_made() EXCLUDES(mutex_);

  // True when the shell has been made.
  bool is_made() const EXCLUDES(mutex_);

  // Calls into the shell, and waits until it returns. Nothing when the worker died meanwhile, or had before:
  // then `sent` is false.
  std::optional<Returned> call(Word word, const Writer& values, bool& sent) EXCLUDES(mutex_);
  std::optional<Returned> call(Word word, const Writer& values) {
    bool sent = false;
    return call(word, values, sent);
  }

  // What it works on.
  Requests& requests() { return requests_; }

  // The shell was asked to end a request, which has the time that interrupts take at most.
  void note_interrupt(hermit_request request) EXCLUDES(mutex_);

  // Ends the process, because of `why`, as in Death::what.
  void condemn(const std::string& why) EXCLUDES(mutex_);
  // How it died; waits until that is known, when it is about to.
  Death death() EXCLUDES(mutex_);

  // Ends requests that are not obeyed, serves the worker's own threads, and returns once the process has
  // ended. Whatever it still had to say has been said then, and whoever waited for it goes on. The thread of
  // start().
  void watch() EXCLUDES(mutex_);

  // Has the shell and then the process end; watch() waits only a short time for that. The thread that `main`
  // names.
  void let_end() EXCLUDES(mutex_);

  bool keeps_history() const { return keeps_history_; }

 private:
  // A thread that serves one of the shell's own.
  struct Server {
    std::thread thread;
    bool done = false;  // guarded by mutex_
  };

  void make_shell(const WorkerOptions& options, Line& main);
  Line* line() EXCLUDES(mutex_);
  void wake() const;
  std::optional<Returned> call_on(Line& line, Word word, const Writer& values, bool& sent);
  bool serve(Line& line, Frame& frame);
  void empty_ring() EXCLUDES(ring_mutex_);
  bool read_link();
  void start_server(Descriptor socket) EXCLUDES(mutex_);
  void join_servers(bool all) EXCLUDES(mutex_);
  std::optional<Clock::time_point> enforce() EXCLUDES(mutex_);
  void condemn_locked(const std::string& why) REQUIRES(mutex_);
  void die() EXCLUDES(mutex_);
  void take_last_output();
  Death describe(const Ending& ending) EXCLUDES(mutex_);

  ShellHost& host_;
  const WorkerLimits limits_;
  Requests requests_;
  HostCalls calls_;
  Child child_;
  const Descriptor link_;
  const Descriptor report_;          // what a signal handler writes
  const Descriptor wake_;            // readable when watch() is to look at the requests again
  std::vector<Descriptor> streams_;  // read ends of the pipes behind descriptors 1 and 2; of watch()
  bool link_ended_ = false;          // of watch()
  std::optional<Clock::time_point>
      link_patience_;  // until when the process may end after its link; of watch()
  std::thread maker_;
  bool keeps_history_ = false;  // set before the shell counts as made

  Mutex ring_mutex_;  // held while the ring is read
  Ring ring_ GUARDED_BY(ring_mutex_);

  mutable Mutex mutex_;
  Condition changed_;
  std::map<std::thread::id, std::unique_ptr<Line>> lines_ GUARDED_BY(mutex_);
  std::list<Server> servers_ GUARDED_BY(mutex_);
  std::optional<Result<void>> made_ GUARDED_BY(mutex_);
  std::optional<std::string> condemned_ GUARDED_BY(mutex_);
  bool by_interrupt_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;  // the process has
  std::optional<Death> death_ GUARDED_BY(mutex_);
  std::optional<Clock::time_point> patience_ GUARDED_BY(mutex_);  // until when it may end by itself
};

}  // namespace hermit::worker
