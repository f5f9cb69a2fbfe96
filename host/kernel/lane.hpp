// Lane: an executor bound to one thread (K4). Tasks run one after another in the order they were
// posted; the thread sleeps while there are none.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.hpp"

namespace hermit {

// Usable from any thread but where it says otherwise.
class Lane {
 public:
  using Task = std::function<void()>;

  // `name` is for logs and debuggers, at most 15 characters.
  explicit Lane(std::string name);
  // Stops, waits for its own thread if it has one, and drops what is left.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Adds a task. After stop() it is dropped; a task that must not be lost says so in its destructor.
  void post(Task task) EXCLUDES(mutex_);

  // Runs tasks on the calling thread until stop(). What a task throws is logged.
  void run() EXCLUDES(mutex_);
  // The same on a thread of the lane's own.
  void start();

  // Makes run() return after the task at hand; tasks that have not begun are dropped. Idempotent.
  void stop() EXCLUDES(mutex_);
  // stop(), then waits for the lane's own thread. Not on that thread.
  void join();

 private:
  const std::string name_;
  Mutex mutex_;
  Condition changed_;
  std::deque<Task> tasks_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace hermit
