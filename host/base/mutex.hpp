// Mutex, Lock and Condition: the standard ones with clang's thread-safety annotations, so that the
// compiler proves which member is guarded by which mutex (-Wthread-safety, an error in this project).
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define HERMIT_ANNOTATE(x) __attribute__((x))
#else
#define HERMIT_ANNOTATE(x)
#endif

// On a member: may be touched only while `mutex` is held.
#define GUARDED_BY(mutex) HERMIT_ANNOTATE(guarded_by(mutex))
// On a function: the caller holds `mutex`.
#define REQUIRES(...) HERMIT_ANNOTATE(requires_capability(__VA_ARGS__))
// On a function: the caller does not hold `mutex`.
#define EXCLUDES(...) HERMIT_ANNOTATE(locks_excluded(__VA_ARGS__))

namespace hermit {

class HERMIT_ANNOTATE(capability("mutex")) Mutex {
 public:
  void lock() HERMIT_ANNOTATE(acquire_capability()) { mutex_.lock(); }
  void unlock() HERMIT_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
  friend class Lock;
  std::mutex mutex_;
};

// Holds a Mutex for a scope; may be given up and taken again in between.
class HERMIT_ANNOTATE(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) HERMIT_ANNOTATE(acquire_capability(mutex)) : lock_(mutex.mutex_) {}
  ~Lock() HERMIT_ANNOTATE(release_capability()) {}
  void unlock() HERMIT_ANNOTATE(release_capability()) { lock_.unlock(); }
  void lock() HERMIT_ANNOTATE(acquire_capability()) { lock_.lock(); }

 private:
  friend class Condition;
  std::unique_lock<std::mutex> lock_;
};

// To be waited for in a loop that tests what it stands for.
class Condition {
 public:
  void wait(Lock& lock) { condition_.wait(lock.lock_); }
  // Returns false when `deadline` has passed.
  bool wait_until(Lock& lock, std::chrono::steady_clock::time_point deadline) {
    return condition_.wait_until(lock.lock_, deadline) == std::cv_status::no_timeout;
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace hermit
