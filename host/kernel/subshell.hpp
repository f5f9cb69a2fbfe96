// Subshell: a shell with a lane of its own, an execution count and a history (JEP 91). The main shell is
// the one without an id.
#pragma once

#include <string>

#include "kernel/executor.hpp"
#include "kernel/history.hpp"
#include "kernel/lane.hpp"

namespace hermit {

struct Subshell {
  // What `parts` refers to outlives it.
  Subshell(std::string subshell_id, const ExecutorParts& parts)
      : id(std::move(subshell_id)),
        history(parts.history),
        lane(id.empty() ? "hermit-main" : "hermit-subshell"),
        executor(parts, lane, history) {}

  const std::string id;
  HistorySession history;
  Lane lane;
  Executor executor;
};

// The subshells of a kernel by their ids. Creating and deleting one takes as long as its shell takes, so
// both answer their requests from its thread. Usable on any thread.
class Subshells {
 public:
  explicit Subshells(const ExecutorParts& parts) : parts_(parts) {}
  // After stop_all() and end_all(), and when the interrupter asks no shell any more.
  ~Subshells();

  // Makes a subshell of `main` and answers the create_subshell_request. One that comes before the main shell
  // has been made waits for create_early(). [control-thread]
  void create(const std::shared_ptr<Exchange>& exchange, Executor& main) EXCLUDES(mutex_);
  // Makes those that wait for the main shell, which has been made. [control-thread]
  void create_early(Executor& main) EXCLUDES(mutex_);
  // Ends a subshell, also one that is busy, and answers the delete_subshell_request.
  void remove(const std::shared_ptr<Exchange>& exchange) EXCLUDES(mutex_);

  std::shared_ptr<Subshell> find(const std::string& id) const EXCLUDES(mutex_);
  std::vector<std::string> ids() const EXCLUDES(mutex_);

  // Lets no subshell run a further cell or be made.
  void stop_all() EXCLUDES(mutex_);
  // Ends all shells and threads. After stop_all(), before the main shell ends.
  void end_all() EXCLUDES(mutex_);
  // Answers the delete_subshell_requests whose subshells do not end.
  void answer_unfinished(const std::string& why) EXCLUDES(mutex_);

 private:
  // A subshell that was deleted, and who is to be told when it has ended.
  struct Ending {
    std::shared_ptr<Subshell> subshell;
    std::shared_ptr<Exchange> exchange;  // NULL for nobody
  };

  void end(const std::shared_ptr<Subshell>& subshell, std::shared_ptr<Exchange> exchange) EXCLUDES(mutex_);
  std::shared_ptr<Exchange> take_exchange(const Subshell* subshell) EXCLUDES(mutex_);
  void join_ended() EXCLUDES(mutex_);

  const ExecutorParts parts_;
  mutable Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::map<std::string, std::shared_ptr<Subshell>> subshells_ GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Exchange>> early_ GUARDED_BY(mutex_);  // wait for the main shell
  std::list<Ending> ending_ GUARDED_BY(mutex_);                      // their threads may still run
};

}  // namespace hermit
