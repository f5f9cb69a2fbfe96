// Cells: the requests that run code, by their numbers. It knows which are open, who interrupts them,
// and to which request the output of a finished one belongs.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <hermit/hermit.h>

#include "base/mutex.hpp"
#include "kernel/exchange.hpp"

namespace hermit {

// A cell that runs. The fields without a comment are fixed before it starts.
struct Cell {
  hermit_request number = HERMIT_NO_REQUEST;
  std::shared_ptr<Exchange> exchange;
  std::string code;
  bool silent = false;
  bool store_history = true;
  bool allow_stdin = true;
  bool stop_on_error = true;
  std::uint64_t execution_count = 0;
  Json user_expressions;

  std::atomic<bool> interrupted{false};  // set by any thread, never unset
  std::optional<Failure> failure;        // guarded by the mutex of Cells
  std::optional<std::string> result;     // its text/plain value for the history; likewise
  bool outcome_fixed = false;            // execute() returned or finish() was called; likewise
};

// To whom output belongs.
struct Owner {
  Bytes parent;                // the header of its request
  std::shared_ptr<Cell> cell;  // NULL when it has finished
};

// Usable on any thread.
class Cells {
 public:
  // Gives the cell a number and lists it as running. It is the last started from now on.
  void open(const std::shared_ptr<Cell>& cell) EXCLUDES(mutex_);
  // Takes the cell off the list; false when somebody else did that already.
  bool close(const Cell& cell) EXCLUDES(mutex_);

  // A running cell, or NULL.
  std::shared_ptr<Cell> find(hermit_request number) const EXCLUDES(mutex_);
  std::vector<std::shared_ptr<Cell>> running() const EXCLUDES(mutex_);

  // To whom output with this number belongs. Number 0, and numbers of cells so old that they are
  // forgotten, stand for the cell that started last. Nothing for a number that was never given.
  std::optional<Owner> owner(hermit_request number) const EXCLUDES(mutex_);

  // Keep what a shell said of a running cell; false when its outcome is fixed.
  bool set_failure(hermit_request number, Failure failure) EXCLUDES(mutex_);
  bool set_result(hermit_request number, std::string text) EXCLUDES(mutex_);
  // From now on nothing the shell says changes how the cell ended. True the first time.
  bool fix_outcome(hermit_request number) EXCLUDES(mutex_);
  std::optional<Failure> failure(const Cell& cell) const EXCLUDES(mutex_);
  std::optional<std::string> result(const Cell& cell) const EXCLUDES(mutex_);

 private:
  // Finished cells whose late output still finds its request. A header has about 200 bytes.
  static constexpr std::size_t remembered = 4096;

  mutable Mutex mutex_;
  hermit_request last_ GUARDED_BY(mutex_) = HERMIT_NO_REQUEST;
  std::map<hermit_request, std::shared_ptr<Cell>> running_ GUARDED_BY(mutex_);
  std::deque<Bytes> parents_ GUARDED_BY(mutex_);  // of numbers last_ - size + 1 … last_
};

}  // namespace hermit
