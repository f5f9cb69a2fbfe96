// Supervisor: keeps a worker alive for a shell. When one dies it starts the next, unless they die at each
// start.
#pragma once

#include <memory>
#include <set>
#include <thread>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "shell/shell.hpp"
#include "worker/options.hpp"
#include "worker/worker.hpp"

namespace hermit::worker {

// Usable on any thread.
class Supervisor {
 public:
  // Starts the first worker and does not wait for it. `host` outlives this; `main` as in Worker::start().
  Supervisor(WorkerOptions options, ShellHost& host, std::thread::id main);
  // Has the shell and its process end. The thread that `main` names, when no calls are made any more.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // The worker that lives now, with its shell made, and is not `dead`, one that has died; waits while it is
  // being started. The error says why there is none, and will be none.
  Result<std::shared_ptr<Worker>> worker(const Worker* dead = nullptr) EXCLUDES(mutex_);

  // A request was interrupted, which no worker may have seen yet.
  void note_interrupt(hermit_request request) EXCLUDES(mutex_);
  // True when it was, once: it is not to be given to a worker any more.
  bool take_interrupt(hermit_request request) EXCLUDES(mutex_);

  // The same without waiting, and NULL when there is none.
  std::shared_ptr<Worker> worker_now() const EXCLUDES(mutex_);
  // From now on nobody waits for a worker to start: one that is being started is ended.
  void give_up_starting() EXCLUDES(mutex_);

 private:
  void run(std::thread::id main) EXCLUDES(mutex_);
  bool try_again(const Error& problem) EXCLUDES(mutex_);

  const WorkerOptions options_;
  ShellHost& host_;

  mutable Mutex mutex_;
  Condition changed_;
  std::shared_ptr<Worker> worker_ GUARDED_BY(mutex_);  // NULL while none lives
  std::optional<Error> given_up_ GUARDED_BY(mutex_);
  std::set<hermit_request> interrupted_ GUARDED_BY(mutex_);
  int failures_ GUARDED_BY(mutex_) = 0;  // in a row, of workers that were asked for nothing yet
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // starts the workers and watches them; last, it uses the rest
};

}  // namespace hermit::worker
