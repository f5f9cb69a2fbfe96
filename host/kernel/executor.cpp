#include "kernel/executor.hpp"

#include <signal.h>

#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/thread.hpp"
#include "kernel/outcome.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

using namespace std::chrono_literals;

// How long the cells of a shell that is to end get to end by themselves.
constexpr auto grace = 500ms;

std::uint32_t flags_of(const Cell& cell) {
  std::uint32_t flags = 0;
  if (cell.silent) flags |= HERMIT_CELL_SILENT;
  if (cell.store_history) flags |= HERMIT_CELL_STORE_HISTORY;
  if (cell.allow_stdin) flags |= HERMIT_CELL_ALLOW_STDIN;
  return flags;
}

std::uint32_t abi_mode(RunMode mode) {
  switch (mode) {
    case RunMode::task:
      return HERMIT_RUN_TASK;
    case RunMode::thread:
      return HERMIT_RUN_THREAD;
    default:
      return HERMIT_RUN_QUEUE;
  }
}

}  // namespace

Executor::Executor(const ExecutorParts& parts, Lane& lane, HistorySession& history)
    : parts_(parts), lane_(lane), history_(history) {}

Executor::~Executor() { join_threads(true); }

void Executor::set_shell(std::unique_ptr<Shell> shell) {
  running_shell_ = shell.get();
  {
    Lock lock(shell_mutex_);
    shell_ = std::move(shell);
  }
  std::deque<std::shared_ptr<Exchange>> early;
  {
    Lock lock(mutex_);
    ready_ = true;
    early.swap(early_);
  }
  for (const auto& exchange : early) run_in_thread(exchange);
}

Shell* Executor::shell() const { return running_shell_; }

void Executor::submit(const std::shared_ptr<Exchange>& exchange, RunMode mode) {
  mode == RunMode::thread ? run_in_thread(exchange) : receive({exchange, mode, nullptr});
}

void Executor::submit_answer(const std::shared_ptr<Exchange>& exchange, RunMode mode, Lane::Task answer) {
  receive({exchange, mode, std::move(answer)});
}

// Gives a request to the lane. It waits here, and not in the lane, so that stop() finds it.
void Executor::receive(Waiting waiting) {
  {
    Lock lock(mutex_);
    if (stopped_) return;  // dropped, its exchange is answered
    received_.push_back(std::move(waiting));
  }
  lane_.post([this] { take_received(); });
}

void Executor::take_received() {
  std::optional<Waiting> task;
  {
    Lock lock(mutex_);
    if (received_.empty()) return;  // stopped meanwhile
    if (received_.front().mode == RunMode::task) {
      task = std::move(received_.front());
    } else {
      waiting_.push_back(std::move(received_.front()));
    }
    received_.pop_front();
  }
  if (!task) return run_next();
  if (task->answer) return task->answer();
  if (const auto cell = prepare(task->exchange, RunMode::task)) run(cell);
}

std::optional<Executor::Waiting> Executor::take_next() {
  Lock lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

// Takes one request at a time from the queue, so that tasks get their turns in between.
void Executor::run_next() {
  if (current_ != nullptr) return;
  auto next = take_next();
  if (!next) return;
  if (next->answer) {
    next->answer();
  } else if (auto cell = prepare(next->exchange, RunMode::queue)) {
    current_ = cell;
    run(cell);
  }
  next.reset();  // says idle, if the cell has ended
  if (current_ == nullptr && has_waiting()) lane_.post([this] { run_next(); });
}

bool Executor::has_waiting() {
  Lock lock(mutex_);
  return !waiting_.empty();
}

void Executor::run_in_thread(const std::shared_ptr<Exchange>& exchange) {
  join_threads(false);
  Lock lock(mutex_);
  if (stopped_) return;
  if (!ready_) return early_.push_back(exchange);
  Thread& entry = threads_.emplace_back();
  const auto body = [this, waiting = std::shared_ptr(exchange), &entry]() mutable {
    if (const auto cell = prepare(waiting, RunMode::thread)) run(cell);
    waiting.reset();
    Lock done(mutex_);
    entry.done = true;
  };
  try {
    entry.thread = start_user_thread("hermit-cell", body);
  } catch (const std::system_error& error) {
    threads_.pop_back();
    exchange->reply_error({"ThreadError", std::string("there can be no more threads: ") + error.what(), {}});
  }
}

// Waits for the threads that have nothing left to do, or for all.
void Executor::join_threads(bool all) {
  std::list<Thread> ended;
  {
    Lock lock(mutex_);
    for (auto entry = threads_.begin(); entry != threads_.end();) {
      const auto next = std::next(entry);
      if (all || entry->done) ended.splice(ended.end(), threads_, entry);
      entry = next;
    }
  }
  for (auto& entry : ended) entry.thread.join();
}

// Reads the request; answers it and returns NULL when the cell is not to be run.
std::shared_ptr<Cell> Executor::prepare(const std::shared_ptr<Exchange>& exchange, RunMode mode) {
  auto read = read_cell(exchange, mode, parts_.timeout);
  if (!read) {
    exchange->reply_error({"InvalidRequest", "execute_request: " + read.error().message, {}});
    return nullptr;
  }
  const auto& cell = *read;
  cell->executor = this;
  Lock lock(mutex_);
  const bool aborted =
      mode == RunMode::queue && !cell->silent && exchange->request().arrival <= aborted_until_;
  if (stopped_ || aborted) {
    exchange->reply_aborted();
    return nullptr;
  }
  if (cell->store_history) ++execution_count_;
  cell->execution_count = execution_count_;
  return cell;
}

void Executor::run(const std::shared_ptr<Cell>& cell) {
  Exchange& exchange = *cell->exchange;
  // Written as text, since every cell has these: a tree of JSON takes several times as long.
  exchange.set_reply_metadata(
      fmt::format(R"({{"run_mode":"{}","started":"{}"}})", run_mode_name(cell->mode), utc_now()));
  exchange.begin();
  parts_.cells.open(cell);  // before its input is seen: whoever sees that may interrupt it
  if (!cell->silent) {
    std::string input = R"({"code":)";
    append_json_string(input, cell->code);
    input.append(R"(,"execution_count":)").append(std::to_string(cell->execution_count)).append("}");
    exchange.publish_encoded("execute_input", std::move(input));
  }
  if (is_stopped()) cell->interrupted = true;  // whoever stopped may have looked before it was open
  if (cell->interrupted) return settle(cell, HERMIT_INTERRUPTED);
  start_timeout(cell);
  Shell& shell = *this->shell();
  const auto blanked = without_mode_line(cell->code, shell.manifest());
  const hermit_cell lent{lend(blanked ? *blanked : cell->code), lend(cell->id), cell->execution_count,
                         flags_of(*cell), abi_mode(cell->mode)};
  settle(cell, shell.execute(cell->number, lent));
}

void Executor::start_timeout(const std::shared_ptr<Cell>& cell) {
  if (cell->timeout.count() <= 0) return;
  const auto due = Lane::Clock::now() + std::chrono::duration_cast<Lane::Clock::duration>(cell->timeout);
  cell->timeout_timer = parts_.control.post_at(due, [this, weak = std::weak_ptr<Cell>(cell)] {
    const auto running = weak.lock();
    if (running == nullptr) return;
    running->timed_out = true;
    const auto all = parts_.cells.running();
    const bool alone = all.size() == 1 && all.front() == running;  // and so all children are its own
    SendSignal to_children;
    if (alone && parts_.find_children) to_children = parts_.find_children();
    parts_.interrupter.interrupt({running}, {}, [to_children](const std::string&) {
      if (to_children) to_children(SIGINT);
    });
  });
}

// Ends a cell after execute() or resume() has returned, unless it goes on.
void Executor::settle(const std::shared_ptr<Cell>& cell, hermit_status status) {
  if (status == HERMIT_PENDING) {
    if (auto deferred = parts_.cells.mark_returned(*cell)) lane_.post(std::move(deferred));
    return;
  }
  if (!parts_.cells.fix_outcome(cell->number)) {
    log::error("SHELL_MISBEHAVING {}: it finished a cell and then did not return HERMIT_PENDING",
               shell()->manifest().name);
    // What finish() has set going ends the cell.
    if (auto deferred = parts_.cells.mark_returned(*cell)) lane_.post(std::move(deferred));
    return;
  }
  complete(cell, status);
}

hermit_status Executor::ask_to_end(hermit_request request) {
  Lock lock(shell_mutex_);
  return shell_ ? shell_->interrupt(request) : HERMIT_OK;
}

hermit_status Executor::finish(const std::shared_ptr<Cell>& cell, hermit_status status) {
  if (!parts_.cells.fix_outcome(cell->number)) return HERMIT_STALE;
  const auto end = [this, cell, status] {
    complete(cell, status);
    run_next();
  };
  if (!parts_.cells.defer(*cell, end)) lane_.post(end);
  return HERMIT_OK;
}

hermit_status Executor::resume_after(const std::shared_ptr<Cell>& cell, std::chrono::microseconds delay) {
  const auto resume = [this, weak = std::weak_ptr<Cell>(cell)] {
    const auto pending = weak.lock();
    if (pending == nullptr || parts_.cells.find(pending->number) == nullptr) return;
    lane_.cancel(parts_.cells.set_resume_timer(*pending, 0));  // one that was replaced just now
    settle(pending, shell()->resume(pending->number));
    run_next();
  };
  const auto come_due = [this, weak = std::weak_ptr<Cell>(cell), resume] {
    const auto pending = weak.lock();
    if (pending != nullptr && !parts_.cells.defer(*pending, resume)) resume();
  };
  const auto timer = lane_.post_at(Lane::Clock::now() + delay, come_due);
  lane_.cancel(parts_.cells.set_resume_timer(*cell, timer));
  return HERMIT_OK;
}

void Executor::complete(const std::shared_ptr<Cell>& cell, hermit_status status) {
  Exchange& exchange = *cell->exchange;
  parts_.control.cancel(cell->timeout_timer);
  // Most cells end like that; their reply is written without a tree of JSON.
  const bool plain = status == HERMIT_OK && cell->user_expressions.empty() && !cell->raises_exception;
  Json reply;
  if (!plain) {
    reply = {{"execution_count", cell->execution_count}, {"payload", Json::array()}};
    reply["user_expressions"] = status == HERMIT_OK ? evaluate(*shell(), *cell) : Json::object();
  }

  // What the cell has written past the shell is its own only while it counts as running.
  parts_.output.flush(cell->number);

  // Whoever closes the cell answers it: at the end of the kernel that may be another thread.
  if (parts_.cells.close(*cell)) {
    parts_.output.finish(cell->number);
    const bool failed = !plain && report_outcome(parts_.cells, *shell(), *cell, status, reply);
    if (cell->store_history && !shell()->keeps_history()) {
      history_.record(cell->execution_count, cell->code, parts_.cells.result(*cell));
    }
    if (failed && cell->stop_on_error && !cell->timed_out && !cell->silent) {
      parts_.publisher.port().drain();
      Lock lock(mutex_);
      aborted_until_ = parts_.publisher.arrivals();
    }
    // Not when the last has let go of it: that may be the next cell's turn.
    exchange.end_with(
        plain ? fmt::format(R"({{"execution_count":{},"payload":[],"status":"ok","user_expressions":{{}}}})",
                            cell->execution_count)
              : dump_json(reply));
  }
  if (cell->mode == RunMode::queue && current_ == cell) current_ = nullptr;
  if (is_stopped()) lane_.post([this] { end_if_idle(); });
}

bool Executor::is_stopped() {
  Lock lock(mutex_);
  return stopped_;
}

void Executor::stop() {
  std::deque<Waiting> dropped;
  std::deque<Waiting> dropped_received;
  std::deque<std::shared_ptr<Exchange>> dropped_early;
  Lock lock(mutex_);
  stopped_ = true;
  dropped.swap(waiting_);
  dropped_received.swap(received_);
  dropped_early.swap(early_);
}

void Executor::when_idle(Lane::Task ended) {
  ended_ = std::move(ended);
  lane_.post_at(Lane::Clock::now() + grace, [this] {
    if (ended_) std::exchange(ended_, nullptr)();
  });
  end_if_idle();
}

void Executor::end_if_idle() {
  if (!ended_) return;
  for (const auto& cell : parts_.cells.running()) {
    if (cell->executor == this) return;
  }
  std::exchange(ended_, nullptr)();
}

void Executor::end_shell() {
  join_threads(true);
  running_shell_ = nullptr;
  std::unique_ptr<Shell> shell;
  {
    Lock lock(shell_mutex_);
    shell = std::move(shell_);
  }
  shell.reset();
  answer_unfinished(parts_, this, "the shell ended before the cell did");
}

void answer_unfinished(const ExecutorParts& parts, const Executor* executor, const std::string& why) {
  for (const auto& cell : parts.cells.running()) {
    if ((executor != nullptr && cell->executor != executor) || !parts.cells.close(*cell)) continue;
    parts.output.finish(cell->number);
    Json reply = Failure{"KernelShutdown", why, {}}.json();
    reply.update({{"status", "error"}, {"execution_count", cell->execution_count}});
    cell->exchange->reply(std::move(reply));
    cell->exchange->end();  // others may hold on to it for longer than the door is open
  }
}

}  // namespace hermit
