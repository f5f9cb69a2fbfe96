#include "kernel/lane.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"

namespace hermit {

Lane::Lane(const char* name) : name_(name) {}

Lane::~Lane() { join(); }

void Lane::post(Task task) {
  {
    Lock lock(mutex_);
    if (!stopped_) {
      tasks_.push_back(std::move(task));
      task = nullptr;
    }
  }
  changed_.notify_one();
}

Lane::Timer Lane::post_at(Clock::time_point due, Task task) {
  Timer timer = 0;
  {
    Lock lock(mutex_);
    if (stopped_) return 0;
    timer = ++last_timer_;
    timed_.emplace(std::pair(due, timer), std::move(task));
    due_.emplace(timer, due);
  }
  changed_.notify_one();
  return timer;
}

void Lane::cancel(Timer timer) {
  Task dropped;
  Lock lock(mutex_);
  const auto due = due_.find(timer);
  if (due == due_.end()) return;
  const auto timed = timed_.find(std::pair(due->second, timer));
  dropped = std::move(timed->second);
  timed_.erase(timed);
  due_.erase(due);
}

// Waits for the next task; false when the lane was stopped.
bool Lane::next(Task& task) {
  Lock lock(mutex_);
  for (;;) {
    if (stopped_) return false;
    // Tasks and timers take turns, so that neither can keep the other waiting.
    const bool timer_due = !timed_.empty() && timed_.begin()->first.first <= Clock::now();
    if (!tasks_.empty() && !(timer_due && timers_turn_)) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
      timers_turn_ = true;
      return true;
    }
    if (timer_due) {
      const auto first = timed_.begin();
      task = std::move(first->second);
      due_.erase(first->first.second);
      timed_.erase(first);
      timers_turn_ = false;
      return true;
    }
    if (timed_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, timed_.begin()->first.first);
    }
  }
}

void Lane::run() {
  for (Task task; next(task); task = nullptr) {
    try {
      task();
    } catch (const std::exception& error) {
      log::error("a task on lane {} failed: {}", name_, error.what());
    }
  }
}

void Lane::start() {
  thread_ = start_user_thread(name_, [this] { run_to_the_end(); });
}

void Lane::start_quiet() {
  thread_ = start_quiet_thread(name_, [this] { run_to_the_end(); });
}

void Lane::run_to_the_end() {
  run();
  Lock lock(mutex_);
  ended_ = true;
}

void Lane::stop() {
  std::deque<Task> dropped;
  std::map<std::pair<Clock::time_point, Timer>, Task> dropped_timed;
  {
    Lock lock(mutex_);
    stopped_ = true;
    dropped.swap(tasks_);
    dropped_timed.swap(timed_);
    due_.clear();
  }
  changed_.notify_all();
}

void Lane::join() {
  stop();
  wait_until_ended();
}

void Lane::wait_until_ended() {
  if (thread_.joinable()) thread_.join();
}

bool Lane::has_ended() const {
  Lock lock(mutex_);
  return ended_;
}

}  // namespace hermit
