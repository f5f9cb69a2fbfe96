// Cells: the requests that run code, by their numbers. It knows which are open, who interrupts them,
// and to which request the output of a finished one belongs.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <hermit/hermit.h>

#include "base/mutex.hpp"
#include "kernel/cell.hpp"

namespace hermit {

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
  // Gives a number to a request that runs no cell, such as a completion. Output given with it belongs to
  // `parent`, a header; without one it is dropped.
  hermit_request open_other(const Bytes& parent = {}) EXCLUDES(mutex_);
  // Takes it off the list; how it failed, if the shell said so.
  std::optional<Failure> close_other(hermit_request number) EXCLUDES(mutex_);
  // How an open one failed, if the shell said so.
  std::optional<Failure> failure_of_other(hermit_request number) const EXCLUDES(mutex_);
  // Those that are open.
  std::vector<hermit_request> others() const EXCLUDES(mutex_);
  // Takes the cell off the list; false when somebody else did that already.
  bool close(const Cell& cell) EXCLUDES(mutex_);

  // A running cell, or NULL.
  std::shared_ptr<Cell> find(hermit_request number) const EXCLUDES(mutex_);
  std::vector<std::shared_ptr<Cell>> running() const EXCLUDES(mutex_);

  // To whom output with this number belongs. Number 0, and numbers of cells so old that they are
  // forgotten, stand for the cell that started last. Nothing for a number that was never given, or that
  // stands for no cell.
  std::optional<Owner> owner(hermit_request number) const EXCLUDES(mutex_);

  // The cell that started last of those that run, or else of all; 0 when there was none.
  hermit_request latest() const EXCLUDES(mutex_);

  // True for a number that was given, to whatever.
  bool was_given(hermit_request number) const EXCLUDES(mutex_);

  // Keep what a shell said of a running cell, a failure also of another request; false when the outcome is
  // fixed.
  bool set_failure(hermit_request number, Failure failure) EXCLUDES(mutex_);
  bool set_result(hermit_request number, std::string text) EXCLUDES(mutex_);
  // From now on nothing the shell says changes how the cell ended. True the first time.
  bool fix_outcome(hermit_request number) EXCLUDES(mutex_);
  // Exchanges the timer with which a running cell will be resumed, and returns the one to be cancelled: the
  // earlier one, or the given one when the cell runs no more or another thread has set a later one meanwhile.
  Lane::Timer set_resume_timer(const Cell& cell, Lane::Timer timer) EXCLUDES(mutex_);
  // Keeps a task of a cell whose execute() has not returned yet, and may run on another thread; false when it
  // has returned, or is on the lane that the task is for.
  bool defer(const Cell& cell, Lane::Task task) EXCLUDES(mutex_);
  // Notes that execute() has returned; what was kept comes back, to be run now.
  Lane::Task mark_returned(const Cell& cell) EXCLUDES(mutex_);
  std::optional<Failure> failure(const Cell& cell) const EXCLUDES(mutex_);
  std::optional<std::string> result(const Cell& cell) const EXCLUDES(mutex_);

 private:
  // Finished cells whose late output still finds its request. A header has about 200 bytes.
  static constexpr std::size_t remembered = 4096;

  hermit_request give_number(const Bytes& parent) REQUIRES(mutex_);

  mutable Mutex mutex_;
  hermit_request last_ GUARDED_BY(mutex_) = HERMIT_NO_REQUEST;
  hermit_request last_cell_ GUARDED_BY(mutex_) = HERMIT_NO_REQUEST;
  Bytes last_parent_ GUARDED_BY(mutex_);  // of last_cell_
  std::map<hermit_request, std::shared_ptr<Cell>> running_ GUARDED_BY(mutex_);
  std::map<hermit_request, std::optional<Failure>> others_ GUARDED_BY(mutex_);
  std::deque<Bytes> parents_ GUARDED_BY(mutex_);  // of numbers last_ - size + 1 … last_; empty: no cell
};

}  // namespace hermit
