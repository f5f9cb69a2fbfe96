// Moment: something that happens once, such as the start of a kernel. It can be asked, waited for and
// followed.
#pragma once

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "base/mutex.hpp"

namespace hermit {

// [any-thread]
class Moment {
 public:
  using Follower = std::function<void()>;

  // It happens now. What follows is called here, in the order it was given. From the second call on nothing.
  void happen() EXCLUDES(mutex_) {
    std::vector<Follower> followers;
    {
      Lock lock(mutex_);
      if (std::exchange(happened_, true)) return;
      followers.swap(followers_);
    }
    changed_.notify_all();
    for (const auto& follower : followers) follower();
  }

  bool has_happened() const EXCLUDES(mutex_) {
    Lock lock(mutex_);
    return happened_;
  }

  // Waits for it; false when it has not happened by `deadline`.
  bool wait_until(std::chrono::steady_clock::time_point deadline) const EXCLUDES(mutex_) {
    Lock lock(mutex_);
    while (!happened_) {
      if (!changed_.wait_until(lock, deadline)) break;
    }
    return happened_;
  }

  // Has `follower` called once it happens, or now when it has. It must not wait.
  void then(Follower follower) EXCLUDES(mutex_) {
    {
      Lock lock(mutex_);
      if (!happened_) return followers_.push_back(std::move(follower));
    }
    follower();
  }

 private:
  mutable Mutex mutex_;
  mutable Condition changed_;
  bool happened_ GUARDED_BY(mutex_) = false;
  std::vector<Follower> followers_ GUARDED_BY(mutex_);
};

}  // namespace hermit
