// Queueing for the state.
#include "state_lock.hpp"

#include <algorithm>

namespace hermit::lua_shell {
namespace {

using std::chrono::milliseconds;

// A hook can get lost when its coroutine is left at that moment, so a waiter sets it again: after 1 ms at
// first, then more and more rarely, since the holder is probably inside a C function.
constexpr milliseconds first_pause{1};
constexpr milliseconds last_pause{16};

// How long the state is kept at least by who has been handed it. Short for a person who waits for a
// completion, long for a program.
constexpr std::chrono::microseconds slice{500};

}  // namespace

void StateLock::acquire(Lane& lane) {
  std::unique_lock<std::mutex> guard(mutex_);
  wait(guard, lane, {});
}

bool StateLock::acquire_unless_asked(Lane& lane, std::optional<milliseconds> limit) {
  Patience patience{true};
  if (limit) patience.end = Clock::now() + *limit;
  std::unique_lock<std::mutex> guard(mutex_);
  return wait(guard, lane, patience);
}

void StateLock::nudge() {
  const std::lock_guard<std::mutex> guard(mutex_);
  for (Waiter* waiter : queue_) waiter->turn.notify_one();
}

bool StateLock::wait(std::unique_lock<std::mutex>& guard, Lane& lane, const Patience& patience) {
  if (holder_ == rest_) {
    holder_ = &lane;
  } else {
    Waiter self{&lane, false, {}};
    queue_.push_back(&self);
    Clock::time_point ask_at{};
    for (milliseconds pause = first_pause; !self.granted;) {
      const auto now = Clock::now();
      if ((patience.ends_when_asked && lane.interrupted) || now >= patience.end) {
        leave_queue(self);
        return false;
      }
      if (queue_.front() != &self) {
        // The furthest time there is would overflow inside wait_until.
        patience.end == Clock::time_point::max() ? self.turn.wait(guard)
                                                 : void(self.turn.wait_until(guard, patience.end));
        continue;
      }
      if (ask_at == Clock::time_point{}) ask_at = handed_over_ + slice;
      if (now >= ask_at && parked_) {
        grant_first();
        break;
      }
      if (now >= ask_at) {
        wanted_ = true;
        gate_.arm(*holder_, 1);
        ask_at = now + pause;
        pause = std::min(pause * 2, last_pause);
      }
      self.turn.wait_until(guard, std::min(ask_at, patience.end));
    }
  }
  // What was asked of this lane while it had not the state.
  if (lane.interrupted) gate_.arm(lane, 1);
  return true;
}

void StateLock::release() {
  const std::lock_guard<std::mutex> guard(mutex_);
  holder_ = rest_;
  if (!queue_.empty()) grant_first();
}

void StateLock::park() {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (wanted_) {
    grant_first();
  } else {
    parked_ = true;
  }
}

void StateLock::unpark(Lane& lane) {
  std::unique_lock<std::mutex> guard(mutex_);
  if (holder_ == &lane) {
    parked_ = false;
  } else {
    wait(guard, lane, {});
  }
}

// Gives the state to the first who waits, and lets the next one get ready to ask. [mutex_ is held]
void StateLock::grant_first() {
  Waiter& first = *queue_.front();
  queue_.pop_front();
  wanted_ = false;
  parked_ = false;
  handed_over_ = Clock::now();
  holder_ = first.lane;
  first.granted = true;
  first.turn.notify_one();
  if (!queue_.empty()) queue_.front()->turn.notify_one();
}

// [mutex_ is held]
void StateLock::leave_queue(Waiter& waiter) {
  if (queue_.front() == &waiter) wanted_ = false;
  queue_.erase(std::find(queue_.begin(), queue_.end(), &waiter));
  if (!queue_.empty()) queue_.front()->turn.notify_one();
}

}  // namespace hermit::lua_shell
