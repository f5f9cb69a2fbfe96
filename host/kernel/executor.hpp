// Executor: runs the cells of one shell, one after another, on its lane (K5, K6).
// Jupyter messaging: "Execute".
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "kernel/cells.hpp"
#include "kernel/exchange.hpp"
#include "kernel/history.hpp"
#include "kernel/lane.hpp"
#include "kernel/output.hpp"
#include "shell/shell.hpp"

namespace hermit {

// Lives on its lane's thread but for finish() and stop().
class Executor {
 public:
  // All outlive it.
  Executor(Lane& lane, Cells& cells, Output& output, HistorySession& history, const Publisher& publisher)
      : lane_(lane), cells_(cells), output_(output), history_(history), publisher_(publisher) {}

  // Runs cells from now on, or none any more (NULL).
  void set_shell(Shell* shell) { shell_ = shell; }

  // Runs the cell of an execute_request when those before it have finished.
  void submit(std::shared_ptr<Exchange> exchange);

  // Ends a cell whose execute() returned HERMIT_PENDING. [any-thread]
  hermit_status finish(hermit_request number, hermit_status status);

  // Runs no further cell; those that wait are answered as aborted. For the end of the kernel. [any-thread]
  void stop() EXCLUDES(mutex_);

 private:
  void run_next();
  std::shared_ptr<Exchange> take_next() EXCLUDES(mutex_);
  std::shared_ptr<Cell> prepare(const std::shared_ptr<Exchange>& exchange);
  bool is_aborted(const Cell& cell) const;
  void run(const std::shared_ptr<Cell>& cell);
  void complete(const std::shared_ptr<Cell>& cell, hermit_status status);
  Failure failure_of(const Cell& cell, hermit_status status) const;
  Json evaluate(const Cell& cell);

  Lane& lane_;
  Cells& cells_;
  Output& output_;
  HistorySession& history_;
  const Publisher& publisher_;
  Shell* shell_ = nullptr;

  Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::deque<std::shared_ptr<Exchange>> waiting_ GUARDED_BY(mutex_);

  std::shared_ptr<Cell> current_;
  std::uint64_t execution_count_ = 0;
  std::uint64_t aborted_until_ = 0;  // cells that arrived up to here are not run
};

}  // namespace hermit
