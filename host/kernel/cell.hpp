// Cell: an execute_request that runs, or is about to (K5, K7).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <hermit/hermit.h>

#include "base/result.hpp"
#include "kernel/exchange.hpp"
#include "kernel/lane.hpp"
#include "kernel/run_mode.hpp"

namespace hermit {

class Executor;

// The fields without a comment are fixed before it starts.
struct Cell {
  hermit_request number = HERMIT_NO_REQUEST;
  std::shared_ptr<Exchange> exchange;
  Executor* executor = nullptr;  // outlives it
  RunMode mode = RunMode::queue;
  std::string code;
  std::string id;  // the notebook's
  std::uint64_t execution_count = 0;
  Json user_expressions;

  bool silent = false;
  bool store_history = true;
  bool allow_stdin = true;
  bool stop_on_error = true;
  bool suppress_error = false;               // an error is shown, but not reported as one
  bool raises_exception = false;             // an error is expected, and its lack is one
  std::chrono::duration<double> timeout{0};  // from the cell's start; 0 for none

  std::atomic<bool> interrupted{false};  // set by any thread, never unset
  std::atomic<bool> timed_out{false};    // the interrupt came from the timeout
  Lane::Timer timeout_timer = 0;         // on the control lane; set and cancelled by whoever runs the cell

  std::optional<Failure> failure;     // guarded by the mutex of Cells, as is what follows
  std::optional<std::string> result;  // its text/plain value, for the history
  bool outcome_fixed = false;         // execute() returned or finish() was called
  Lane::Timer resume_timer = 0;       // on the shell's lane
  bool returned = false;              // execute() has, with HERMIT_PENDING
  Lane::Task deferred;                // what came before it had, for the shell's lane
};

// Reads an execute_request into a cell without a number. Fields for which the protocol has a default may
// be missing. The error says which is wrong. `default_timeout` in seconds holds where the cell says
// nothing, 0 for none.
Result<std::shared_ptr<Cell>> read_cell(std::shared_ptr<Exchange> exchange, RunMode mode,
                                        double default_timeout);

}  // namespace hermit
