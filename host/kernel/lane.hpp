// Lane: an executor bound to one thread (K4). Tasks run one after another in the order they were
// posted, or once the time they were posted for has come; the thread sleeps while there are none.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <thread>

#include "base/file.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace hermit {

// Usable from any thread but where it says otherwise.
class Lane {
 public:
  using Task = std::function<void()>;
  using Clock = std::chrono::steady_clock;
  // Names a task that waits for its time. 0 names none.
  using Timer = std::uint64_t;

  // `name` is for logs and debuggers, at most 15 characters.
  explicit Lane(const char* name);
  // Stops, waits for its own thread if it has one, and drops what is left.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Adds a task. After stop() it is dropped; a task that must not be lost says so in its destructor.
  void post(Task task) EXCLUDES(mutex_);
  // Adds a task that runs once `due` has come, after those that are due already. Dropped as above; then
  // returns 0.
  Timer post_at(Clock::time_point due, Task task) EXCLUDES(mutex_);
  // Drops a task that waits for its time; nothing when it has run or was none.
  void cancel(Timer timer) EXCLUDES(mutex_);

  // Runs tasks on the calling thread until stop(). What a task throws is logged.
  void run() EXCLUDES(mutex_);
  // Runs the tasks that are due on the calling thread, and begins none after `until`; false when the lane was
  // stopped. In place of run(), for a thread that has a loop of its own.
  bool run_due(Clock::time_point until) EXCLUDES(mutex_);
  // A descriptor that can be read when run_due() has something to do; the lane's. To be asked for before the
  // lane is used. The error says which system call failed.
  Result<int> descriptor() EXCLUDES(mutex_);
  // The same as run() on a thread of the lane's own, which may run user code, or which may not.
  void start();
  void start_quiet();

  // Makes run() return after the task at hand; tasks that have not begun are dropped. Idempotent.
  void stop() EXCLUDES(mutex_);
  // stop(), then waits for the lane's own thread. Not on that thread.
  void join();
  // Waits for the lane's own thread until something stops it. Not on that thread.
  void wait_until_ended();
  // True when the lane's own thread has nothing left to do.
  bool has_ended() const EXCLUDES(mutex_);

 private:
  bool next(Task& task) EXCLUDES(mutex_);
  bool take_due(Task& task) REQUIRES(mutex_);
  void call(const Task& task) const;
  void set_alarm() REQUIRES(mutex_);
  void run_to_the_end() EXCLUDES(mutex_);

  const char* const name_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<Task> tasks_ GUARDED_BY(mutex_);
  std::map<std::pair<Clock::time_point, Timer>, Task> timed_ GUARDED_BY(mutex_);
  std::map<Timer, Clock::time_point> due_ GUARDED_BY(mutex_);
  Timer last_timer_ GUARDED_BY(mutex_) = 0;
  bool timers_turn_ GUARDED_BY(mutex_) = false;
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  Descriptor alarm_
      GUARDED_BY(mutex_);  // a timer that expires when there is something to run; see descriptor()
  std::thread thread_;
};

}  // namespace hermit
