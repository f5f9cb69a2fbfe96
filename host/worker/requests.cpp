#include "worker/requests.hpp"

#include <algorithm>
#include <utility>

#include "shell/abi_text.hpp"

namespace hermit::worker {
namespace {

// After what part of the time that an interrupt may take a signal follows it.
constexpr double signal_after = 0.2;

}  // namespace

bool Requests::open(hermit_request request) {
  Lock lock(mutex_);
  if (death_) return false;
  used_ = true;
  requests_[request].pending = false;
  return true;
}

bool Requests::was_used() const {
  Lock lock(mutex_);
  return used_;
}

hermit_status Requests::settle(hermit_request request, hermit_status status) {
  Lock lock(mutex_);
  const auto found = requests_.find(request);
  if (found == requests_.end()) return status;
  if (status == HERMIT_PENDING && !death_) {
    found->second.pending = true;
    return status;
  }
  const Request settled = std::move(found->second);
  const auto death = death_;
  requests_.erase(found);
  lock.unlock();
  if (status == HERMIT_PENDING) {
    tell(host_, request, *death);
    return HERMIT_USER_ERROR;
  }
  if (!settled.signalled || status != HERMIT_INTERRUPTED) return status;
  // The host's own words for an interrupt would not say what it took.
  tell(host_, request, "KernelInterrupt",
       "the cell was interrupted; it did not end when the shell asked it to, but upon a signal",
       settled.traceback);
  return HERMIT_USER_ERROR;
}

void Requests::forget(hermit_request request) {
  Lock lock(mutex_);
  requests_.erase(request);
}

bool Requests::was_ended(hermit_request request) const {
  Lock lock(mutex_);
  return !requests_.contains(request);
}

std::vector<hermit_request> Requests::all() const {
  Lock lock(mutex_);
  std::vector<hermit_request> numbers;
  for (const auto& [number, request] : requests_) numbers.push_back(number);
  return numbers;
}

hermit_status Requests::fail(hermit_request request, const hermit_error& error) {
  {
    Lock lock(mutex_);
    const auto found = requests_.find(request);
    if (found != requests_.end() && found->second.signalled) {
      found->second.traceback.clear();
      for (std::size_t i = 0; i < error.traceback_size; ++i) {
        found->second.traceback.emplace_back(view(error.traceback[i]));
      }
    }
  }
  return host_.fail(request, error);
}

bool Requests::note_interrupt(hermit_request request) {
  Lock lock(mutex_);
  const auto found = requests_.find(request);
  if (found == requests_.end() || found->second.interrupted) return false;
  found->second.interrupted = Clock::now();
  return true;
}

Requests::Steps Requests::take_steps() {
  Steps steps;
  if (interrupt_timeout_.count() <= 0) return steps;
  const auto after = [this](Clock::time_point from, double part) {
    return from + std::chrono::duration_cast<Clock::duration>(interrupt_timeout_ * part);
  };
  Lock lock(mutex_);
  const auto now = Clock::now();
  for (auto& [number, request] : requests_) {
    if (!request.interrupted) continue;
    auto due = after(*request.interrupted, signal_after);
    if (due <= now && !request.signalled) {
      request.signalled = true;
      steps.signal.push_back(number);
    }
    if (request.signalled) due = after(*request.interrupted, 1);
    steps.end = steps.end || due <= now;
    steps.next = steps.next ? std::min(*steps.next, due) : due;
  }
  return steps;
}

void Requests::die(const Death& death) {
  std::vector<hermit_request> pending;
  {
    Lock lock(mutex_);
    death_ = death;
    for (const auto& [number, request] : requests_) {
      if (request.pending) pending.push_back(number);
    }
    for (const auto number : pending) requests_.erase(number);
  }
  for (const auto number : pending) {
    tell(host_, number, death);
    host_.finish(number, HERMIT_USER_ERROR);
  }
}

}  // namespace hermit::worker
