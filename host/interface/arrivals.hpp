// Arrivals: what clients in this process send, on its way to the kernel. The queue, and the thread that gives
// the kernel what is in it, for the doors without sockets.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "protocol/port.hpp"

namespace hermit {

// A request, or a subscription that is to be welcomed.
struct ArrivalAtDoor {
  Channel channel = Channel::iopub;  // iopub for a subscription
  Request request;
  std::string topic;
};

// Usable on any thread but where it says otherwise.
class Arrivals {
 public:
  ~Arrivals() { close(); }

  // Starts the thread, the door's, which gives to `inbox` what was and will be added. Called once; `inbox`
  // outlives close().
  void start(Inbox& inbox) EXCLUDES(mutex_);

  // Ends the thread. What the kernel was not given is dropped, as is what comes later. Idempotent.
  // [any-thread but the door's]
  void close() EXCLUDES(mutex_);

  // Adds something. Does not wait for the kernel. False when it is closed.
  bool add(ArrivalAtDoor arrival) EXCLUDES(mutex_);

  // Returns once the kernel has been given all that was added by now, or at once when it is closed. See
  // Port::drain(). [any-thread but the door's]
  void drain() EXCLUDES(mutex_);

 private:
  void run(Inbox& inbox) EXCLUDES(mutex_);

  Mutex mutex_;
  Condition arrived_;
  Condition given_changed_;
  std::vector<ArrivalAtDoor> waiting_ GUARDED_BY(mutex_);
  std::uint64_t arrived_count_ GUARDED_BY(mutex_) = 0;
  std::uint64_t given_count_ GUARDED_BY(mutex_) = 0;  // of those, how many the kernel has
  bool closed_ GUARDED_BY(mutex_) = false;

  std::thread thread_;
  Mutex close_mutex_;  // one close() at a time
};

}  // namespace hermit
