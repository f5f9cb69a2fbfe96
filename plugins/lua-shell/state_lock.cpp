// Queueing for the state.
#include "state_lock.hpp"

#include <algorithm>

namespace hermit::lua_shell {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A hook can get lost when its coroutine is left at that moment, so a waiter sets it again: after 1 ms at
// first, then more and more rarely, since the holder is probably inside a C function.
constexpr milliseconds first_patience{1};
constexpr milliseconds last_patience{16};

// How long the state is kept at least by who has been handed it. Short for a person who waits for a
// completion, long for a program.
constexpr std::chrono::microseconds slice{500};

}  // namespace

void StateLock::acquire(Lane& lane) {
  std::unique_lock<std::mutex> guard(mutex_);
  wait(guard, lane, nullptr);
}

bool StateLock::acquire_for(Lane& lane, milliseconds limit) {
  std::unique_lock<std::mutex> guard(mutex_);
  wait(guard, lane, &limit);
  return holder_ == &lane;
}

void StateLock::wait(std::unique_lock<std::mutex>& guard, Lane& lane, milliseconds* limit) {
  if (holder_ == nullptr) {
    holder_ = &lane;
  } else {
    Waiter self{&lane, false, {}};
    queue_.push_back(&self);
    const auto end = steady_clock::now() + (limit == nullptr ? milliseconds(0) : *limit);
    self.turn.wait_until(guard, handed_over_ + slice, [&] { return self.granted; });
    for (auto patience = first_patience; !self.granted; patience = std::min(patience * 2, last_patience)) {
      wanted_ = true;
      gate_.arm(*holder_, 1);
      self.turn.wait_for(guard, patience, [&] { return self.granted; });
      if (!self.granted && limit != nullptr && steady_clock::now() >= end) {
        queue_.erase(std::find(queue_.begin(), queue_.end(), &self));
        wanted_ = false;
        return;
      }
    }
  }
  // What was asked of this lane while it had not the state.
  if (wanted_ || lane.interrupted) gate_.arm(lane, 1);
}

void StateLock::release() {
  const std::lock_guard<std::mutex> guard(mutex_);
  holder_ = nullptr;
  if (queue_.empty()) return;
  Waiter& next = *queue_.front();
  queue_.pop_front();
  wanted_ = false;
  handed_over_ = steady_clock::now();
  holder_ = next.lane;
  next.granted = true;
  next.turn.notify_one();
}

}  // namespace hermit::lua_shell
