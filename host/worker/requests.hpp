// Requests: those that a worker works on; what an interrupt does to them when it is not obeyed, and what the
// worker's death means to them.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "shell/shell.hpp"
#include "worker/death.hpp"

namespace hermit::worker {

// Usable on any thread.
class Requests {
 public:
  using Clock = std::chrono::steady_clock;

  // `host` outlives it. `interrupt_timeout`: what interrupts take at most; 0 for any time.
  Requests(ShellHost& host, std::chrono::duration<double> interrupt_timeout)
      : host_(host), interrupt_timeout_(interrupt_timeout) {}

  // A request is open from before the call that hands it to the shell until the shell has done with it. False
  // when the worker has died: it will not be asked.
  bool open(hermit_request request) EXCLUDES(mutex_);
  // The call for an open request has returned with this status. Returns the one to be passed on: when it
  // took a signal to end the request, its error says so; when the worker has died, it is not pending any
  // more.
  hermit_status settle(hermit_request request, hermit_status status) EXCLUDES(mutex_);
  // The request has ended otherwise.
  void forget(hermit_request request) EXCLUDES(mutex_);
  // True when the worker's death, or somebody else, has ended it already.
  bool was_ended(hermit_request request) const EXCLUDES(mutex_);
  // Some request was opened.
  bool was_used() const EXCLUDES(mutex_);
  std::vector<hermit_request> all() const EXCLUDES(mutex_);

  // Tells the host how an open request has failed.
  hermit_status fail(hermit_request request, const hermit_error& error) EXCLUDES(mutex_);

  // The shell was asked to end an open request: from now on it has the time that interrupts take at most.
  // False when it has been asked before, or there is no such request.
  bool note_interrupt(hermit_request request) EXCLUDES(mutex_);

  // What is due of the steps that follow when a shell was asked and does not obey.
  struct Steps {
    std::vector<hermit_request> signal;       // system calls that they wait in are to end
    bool end = false;                         // the process is to be ended
    std::optional<Clock::time_point> next{};  // when to look again
  };
  Steps take_steps() EXCLUDES(mutex_);

  // The worker has died: fails what is pending, which nobody else would.
  void die(const Death& death) EXCLUDES(mutex_);

 private:
  struct Request {
    bool pending = false;  // no call for it is under way
    bool signalled = false;
    std::optional<Clock::time_point> interrupted;
    std::vector<std::string> traceback;  // that came with its error, once it was signalled
  };

  ShellHost& host_;
  const std::chrono::duration<double> interrupt_timeout_;

  mutable Mutex mutex_;
  std::map<hermit_request, Request> requests_ GUARDED_BY(mutex_);
  bool used_ GUARDED_BY(mutex_) = false;
  std::optional<Death> death_ GUARDED_BY(mutex_);
};

}  // namespace hermit::worker
