#include "interface/arrivals.hpp"

#include <utility>

#include "base/thread.hpp"

namespace hermit {

void Arrivals::start(Inbox& inbox) {
  thread_ = start_quiet_thread("hermit-door", [this, &inbox] { run(inbox); });
}

void Arrivals::close() {
  Lock one(close_mutex_);
  {
    Lock lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_all();
  given_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Arrivals::add(ArrivalAtDoor arrival) {
  {
    Lock lock(mutex_);
    if (closed_) return false;
    waiting_.push_back(std::move(arrival));
    ++arrived_count_;
  }
  arrived_.notify_one();
  return true;
}

void Arrivals::drain() {
  Lock lock(mutex_);
  const std::uint64_t wanted = arrived_count_;
  while (given_count_ < wanted && !closed_) given_changed_.wait(lock);
}

void Arrivals::run(Inbox& inbox) {
  std::vector<ArrivalAtDoor> batch;
  for (;;) {
    {
      Lock lock(mutex_);
      given_count_ += batch.size();
      batch.clear();
      given_changed_.notify_all();
      while (waiting_.empty() && !closed_) arrived_.wait(lock);
      if (closed_) return;
      batch.swap(waiting_);
    }
    for (auto& [channel, request, topic] : batch) {
      if (channel == Channel::iopub) {
        inbox.subscribed(topic);
      } else {
        inbox.receive(channel, std::move(request));
      }
    }
  }
}

}  // namespace hermit
