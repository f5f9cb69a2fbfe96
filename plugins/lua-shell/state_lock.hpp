// The lock around a Lua state. It is handed over, first come first served: a waiter has the hook set on
// the coroutine that executes, and the hook gives the lock away and takes it back (see hook.cpp). While
// nobody waits, running code pays nothing for it. Who has just been handed the state keeps it for a short
// while, so that a cell goes on also under a storm of questions.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "hook_gate.hpp"
#include "lane.hpp"

namespace hermit::lua_shell {

class StateLock {
 public:
  // `gate` has to outlive the lock.
  explicit StateLock(HookGate& gate) : gate_(gate) {}

  // Waits for the state and takes it for `lane`.
  void acquire(Lane& lane);

  // The same, but gives up after `limit` and returns false: code inside a C function cannot hand over.
  bool acquire_for(Lane& lane, std::chrono::milliseconds limit);

  // Gives the state away. [the holder]
  void release();

  // Lets those who wait have the state, and returns when they have had it. [the holder]
  void hand_over() {
    Lane& lane = *holder_;
    release();
    acquire(lane);
  }

  // The lane that has the state. [the holder]
  Lane& holder() const { return *holder_; }

  // Whether somebody is to have the state now. [any-thread]
  bool is_wanted() const { return wanted_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    Lane* lane;
    bool granted = false;
    std::condition_variable turn;
  };

  void wait(std::unique_lock<std::mutex>& guard, Lane& lane, std::chrono::milliseconds* limit);

  HookGate& gate_;
  std::mutex mutex_;
  std::deque<Waiter*> queue_;                          // guarded by mutex_
  Lane* holder_ = nullptr;                             // guarded by mutex_; the holder may read it without
  std::chrono::steady_clock::time_point handed_over_;  // guarded by mutex_; when a waiter last got it
  std::atomic<bool> wanted_{false};
};

// Gives the state away while the current thread waits for something else, and takes it back.
// No Lua function may be called meanwhile.
class Released {
 public:
  explicit Released(StateLock& lock) : lock_(lock), lane_(lock.holder()) { lock_.release(); }
  ~Released() { lock_.acquire(lane_); }
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;

 private:
  StateLock& lock_;
  Lane& lane_;
};

}  // namespace hermit::lua_shell
