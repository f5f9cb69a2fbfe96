// Executor: runs the cells of one shell (K3, K5 to K8): queued ones one after another on the shell's
// lane, tasks in turns on it, threads beside it. Jupyter messaging: "Execute".
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <thread>

#include "kernel/cell.hpp"
#include "kernel/cells.hpp"
#include "kernel/history.hpp"
#include "kernel/inputs.hpp"
#include "kernel/lane.hpp"
#include "kernel/output.hpp"
#include "shell/shell.hpp"

namespace hermit {

// What executors share. All of it outlives them.
struct ExecutorParts {
  Cells& cells;
  Output& output;
  Inputs& inputs;
  Publisher& publisher;
  History& history;
  Lane& control;       // where timeouts come due
  double timeout = 0;  // of cells that name none, in seconds; 0 for none
};

// Usable on any thread but where it says otherwise.
class Executor {
 public:
  // `lane` is the shell's. All outlive it.
  Executor(const ExecutorParts& parts, Lane& lane, HistorySession& history);
  // Only after end_shell(), or when no shell was set.
  ~Executor();

  // Runs cells with this shell from now on. [shell-thread, on the lane]
  void set_shell(std::unique_ptr<Shell> shell) EXCLUDES(mutex_, shell_mutex_);
  // The shell, NULL when there is none; it stays until end_shell(), which its user has to come before.
  Shell* shell() const EXCLUDES(shell_mutex_);

  // Runs the cell of an execute_request in a mode that the shell can do.
  void submit(const std::shared_ptr<Exchange>& exchange, RunMode mode) EXCLUDES(mutex_);

  // Has `answer` answer a request when the queued cells before it have finished.
  void submit_answer(const std::shared_ptr<Exchange>& exchange, Lane::Task answer) EXCLUDES(mutex_);

  // Asks a running cell to end. [control-thread]
  void interrupt(Cell& cell) EXCLUDES(shell_mutex_);

  // For Services; see the C headers.
  hermit_status finish(const std::shared_ptr<Cell>& cell, hermit_status status);
  hermit_status resume_after(const std::shared_ptr<Cell>& cell, std::chrono::microseconds delay);

  // Starts no further cell; those that wait are answered as aborted.
  void stop() EXCLUDES(mutex_);
  // Waits for cells in threads, then ends the shell. After stop(). [shell-thread]
  void end_shell() EXCLUDES(mutex_, shell_mutex_);
  // Answers the cells that nothing else will answer any more.
  void answer_unfinished(const std::string& why);

 private:
  struct Thread {
    std::thread thread;
    bool done = false;  // guarded by mutex_
  };

  bool is_stopped() EXCLUDES(mutex_);
  // A queued cell, or a request that is answered in its turn.
  struct Waiting {
    std::shared_ptr<Exchange> exchange;
    Lane::Task answer;  // empty for a cell
  };

  void enqueue(Waiting waiting) EXCLUDES(mutex_);
  void run_next();
  std::optional<Waiting> take_next() EXCLUDES(mutex_);
  void run_in_thread(const std::shared_ptr<Exchange>& exchange) EXCLUDES(mutex_);
  void join_threads(bool all) EXCLUDES(mutex_);
  std::shared_ptr<Cell> prepare(const std::shared_ptr<Exchange>& exchange, RunMode mode) EXCLUDES(mutex_);
  void run(const std::shared_ptr<Cell>& cell);
  void start_timeout(const std::shared_ptr<Cell>& cell);
  void settle(const std::shared_ptr<Cell>& cell, hermit_status status);
  void complete(const std::shared_ptr<Cell>& cell, hermit_status status) EXCLUDES(mutex_);
  bool report_failure(const Cell& cell, hermit_status status, Json& reply);
  Failure failure_of(const Cell& cell, hermit_status status) const;
  Json evaluate(const Cell& cell);

  const ExecutorParts parts_;
  Lane& lane_;
  HistorySession& history_;

  // Held while the control lane calls the shell, so that it does not go meanwhile. Everybody else calls
  // it from a thread that ends before the shell does.
  mutable Mutex shell_mutex_;
  std::unique_ptr<Shell> shell_ GUARDED_BY(shell_mutex_);
  std::atomic<Shell*> running_shell_{nullptr};  // the same, for those

  std::shared_ptr<Cell> current_;  // the queued cell that runs; on the lane

  Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool ready_ GUARDED_BY(mutex_) = false;                           // there is a shell
  std::deque<std::shared_ptr<Exchange>> early_ GUARDED_BY(mutex_);  // threads that wait for it
  std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
  std::list<Thread> threads_ GUARDED_BY(mutex_);
  std::uint64_t execution_count_ GUARDED_BY(mutex_) = 0;
  std::uint64_t aborted_until_ GUARDED_BY(mutex_) = 0;  // queued cells that arrived up to here are not run
};

}  // namespace hermit
