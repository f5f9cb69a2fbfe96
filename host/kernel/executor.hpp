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
#include "kernel/interrupter.hpp"
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
  Lane& control;  // where timeouts come due
  Interrupter& interrupter;
  const std::string& shell_name;
  // Of KernelOptions.
  const FindChildren& find_children;
  double timeout = 0;
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

  // Has `answer` answer a request on the lane: with RunMode::task between cells, with RunMode::queue when the
  // queued ones before it have finished.
  void submit_answer(const std::shared_ptr<Exchange>& exchange, RunMode mode, Lane::Task answer)
      EXCLUDES(mutex_);

  // Has the shell end an open request; HERMIT_OK when there is no shell any more. May take as long as the
  // shell takes: see Interrupter.
  hermit_status ask_to_end(hermit_request request) EXCLUDES(shell_mutex_);
  // The shell's name for messages.
  const std::string& shell_name() const { return parts_.shell_name; }

  // For Services; see the C headers.
  hermit_status finish(const std::shared_ptr<Cell>& cell, hermit_status status);
  hermit_status resume_after(const std::shared_ptr<Cell>& cell, std::chrono::microseconds delay);

  // Starts no further cell; those that wait are answered as aborted.
  void stop() EXCLUDES(mutex_);
  // Calls `ended` on the lane when no cell runs any more, or else after the time that cells get to end
  // (500 ms). After stop(). [shell-thread, on the lane]
  void when_idle(Lane::Task ended);
  // Waits for cells in threads, then ends the shell. After stop(). [shell-thread]
  void end_shell() EXCLUDES(mutex_, shell_mutex_);

 private:
  struct Thread {
    std::thread thread;
    bool done = false;  // guarded by mutex_
  };

  // A cell that has not begun, or a request that is answered in its turn.
  struct Waiting {
    std::shared_ptr<Exchange> exchange;
    RunMode mode;       // of a cell
    Lane::Task answer;  // empty for a cell
  };

  bool is_stopped() EXCLUDES(mutex_);
  void receive(Waiting waiting) EXCLUDES(mutex_);
  void take_received() EXCLUDES(mutex_);
  void run_next();
  bool has_waiting() EXCLUDES(mutex_);
  std::optional<Waiting> take_next() EXCLUDES(mutex_);
  void run_in_thread(const std::shared_ptr<Exchange>& exchange) EXCLUDES(mutex_);
  void join_threads(bool all) EXCLUDES(mutex_);
  std::shared_ptr<Cell> prepare(const std::shared_ptr<Exchange>& exchange, RunMode mode) EXCLUDES(mutex_);
  void run(const std::shared_ptr<Cell>& cell);
  void start_timeout(const std::shared_ptr<Cell>& cell);
  void end_if_idle();
  void settle(const std::shared_ptr<Cell>& cell, hermit_status status);
  void complete(const std::shared_ptr<Cell>& cell, hermit_status status) EXCLUDES(mutex_);

  const ExecutorParts parts_;
  Lane& lane_;
  HistorySession& history_;

  // Held while the control lane calls the shell, so that it does not go meanwhile. Everybody else calls
  // it from a thread that ends before the shell does.
  mutable Mutex shell_mutex_;
  std::unique_ptr<Shell> shell_ GUARDED_BY(shell_mutex_);
  std::atomic<Shell*> running_shell_{nullptr};  // the same, for those

  std::shared_ptr<Cell> current_;  // the queued cell that runs; on the lane
  Lane::Task ended_;               // see when_idle(); on the lane

  Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool ready_ GUARDED_BY(mutex_) = false;                           // there is a shell
  std::deque<std::shared_ptr<Exchange>> early_ GUARDED_BY(mutex_);  // threads that wait for it
  std::deque<Waiting> received_ GUARDED_BY(mutex_);                 // the lane has not seen them yet
  std::deque<Waiting> waiting_ GUARDED_BY(mutex_);                  // for the queued cells before them
  std::list<Thread> threads_ GUARDED_BY(mutex_);
  std::uint64_t execution_count_ GUARDED_BY(mutex_) = 0;
  std::uint64_t aborted_until_ GUARDED_BY(mutex_) = 0;  // queued cells that arrived up to here are not run
};

// Answers running cells that nothing else will answer any more: those of `executor`, or all for NULL.
void answer_unfinished(const ExecutorParts& parts, const Executor* executor, const std::string& why);

}  // namespace hermit
