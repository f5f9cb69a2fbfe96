// The lock around a Lua state. It is handed over, first come first served: a waiter has the hook set on
// the coroutine that executes, and the hook gives the lock away and takes it back (see hook.cpp). While
// nobody waits, running code pays nothing for it. Who has just been handed the state keeps it for a short
// while, so that a cell goes on also under a storm of questions, and cells that only compute share fairly.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "hook_gate.hpp"
#include "lane.hpp"

namespace hermit::lua_shell {

// Usable on any thread but where it says otherwise.
class StateLock {
 public:
  using Clock = std::chrono::steady_clock;

  // `gate` has to outlive the lock.
  explicit StateLock(HookGate& gate) : gate_(gate) {}

  // Waits for the state and takes it for `lane`.
  void acquire(Lane& lane);

  // The same, but gives up and returns false when the lane is asked to end, or after `limit`: code inside
  // a C function cannot hand over.
  bool acquire_unless_asked(Lane& lane, std::optional<std::chrono::milliseconds> limit = {});

  // Has those who wait look whether they have been asked to end.
  void nudge();

  // Gives the state away. [the holder]
  void release();

  // Says that the holder does something else, perhaps only for a moment: the state stays its own until
  // somebody else is to have it. unpark() takes it back. [the holder]
  void park();
  void unpark(Lane& lane);

  // Lets those who wait have the state, and returns when they have had it. [the holder]
  void hand_over() {
    Lane& lane = *holder_;
    release();
    acquire(lane);
  }

  // The lane that has the state. [the holder]
  Lane& holder() const { return *holder_; }

  // Has the state be with `rest` whenever no other lane has it, for a program that calls into it then. Before
  // it is used.
  void rest_with(Lane& rest) { holder_ = rest_ = &rest; }

  // Whether somebody is to have the state now.
  bool is_wanted() const { return wanted_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    Lane* lane;
    bool granted = false;
    std::condition_variable turn;
  };

  // When a waiter gives up.
  struct Patience {
    bool ends_when_asked = false;
    Clock::time_point end = Clock::time_point::max();
  };

  bool wait(std::unique_lock<std::mutex>& guard, Lane& lane, const Patience& patience);
  void grant_first();
  void leave_queue(Waiter& waiter);

  HookGate& gate_;
  std::mutex mutex_;
  std::deque<Waiter*> queue_;  // guarded by mutex_; the first asks for the state, the others wait for that
  Lane* rest_ = nullptr;
  Lane* holder_ = nullptr;         // guarded by mutex_; the holder may read it without
  bool parked_ = false;            // guarded by mutex_
  Clock::time_point handed_over_;  // guarded by mutex_; when a waiter last got it
  std::atomic<bool> wanted_{false};
};

// Gives the state away while the current thread waits for something that takes long, and takes it back.
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

// The same for what mostly takes a moment, such as output: a cell that prints much would otherwise lose
// its turn at each line.
class Parked {
 public:
  explicit Parked(StateLock& lock) : lock_(lock), lane_(lock.holder()) { lock_.park(); }
  ~Parked() { lock_.unpark(lane_); }
  Parked(const Parked&) = delete;
  Parked& operator=(const Parked&) = delete;

 private:
  StateLock& lock_;
  Lane& lane_;
};

}  // namespace hermit::lua_shell
