#include "kernel/lane.hpp"

#include <sys/timerfd.h>

#include <cerrno>
#include <cstring>
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
      set_alarm();
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
    set_alarm();
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

// Takes a task that may run now.
bool Lane::take_due(Task& task) {
  // Tasks and timers take turns, so that neither can keep the other waiting.
  const bool timer_due = !timed_.empty() && timed_.begin()->first.first <= Clock::now();
  if (!tasks_.empty() && !(timer_due && timers_turn_)) {
    task = std::move(tasks_.front());
    tasks_.pop_front();
    timers_turn_ = true;
    return true;
  }
  if (!timer_due) return false;
  const auto first = timed_.begin();
  task = std::move(first->second);
  due_.erase(first->first.second);
  timed_.erase(first);
  timers_turn_ = false;
  return true;
}

// Waits for the next task; false when the lane was stopped.
bool Lane::next(Task& task) {
  Lock lock(mutex_);
  for (;;) {
    if (stopped_) return false;
    if (take_due(task)) return true;
    if (timed_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, timed_.begin()->first.first);
    }
  }
}

void Lane::call(const Task& task) const {
  try {
    task();
  } catch (const std::exception& error) {
    log::error("a task on lane {} failed: {}", name_, error.what());
  }
}

void Lane::run() {
  for (Task task; next(task); task = nullptr) call(task);
}

bool Lane::run_due(Clock::time_point until) {
  for (Task task;; task = nullptr) {
    {
      Lock lock(mutex_);
      if (stopped_) return false;
      if (!take_due(task)) {
        set_alarm();
        return true;
      }
    }
    call(task);
    if (Clock::now() < until) continue;
    task = nullptr;
    Lock lock(mutex_);
    set_alarm();
    return !stopped_;
  }
}

Result<int> Lane::descriptor() {
  Lock lock(mutex_);
  if (!alarm_) alarm_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!alarm_) return Error{std::string("no timer: ") + std::strerror(errno)};
  set_alarm();
  return alarm_.get();
}

// Has the descriptor speak when there is something to run, and be quiet until then.
void Lane::set_alarm() {
  if (!alarm_) return;
  using std::chrono::nanoseconds, std::chrono::seconds;
  nanoseconds when{0};  // never
  if (stopped_ || !tasks_.empty()) {
    when = nanoseconds{1};  // long ago
  } else if (!timed_.empty()) {
    when = timed_.begin()->first.first.time_since_epoch();
  }
  itimerspec alarm{};
  const auto whole = std::chrono::duration_cast<seconds>(when);
  alarm.it_value = {whole.count(), (when - whole).count()};
  timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &alarm, nullptr);
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
    set_alarm();
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
