// IopubGate: keeps what is said on iopub until the interface has started (I1).
#pragma once

#include <atomic>
#include <vector>

#include "base/mutex.hpp"
#include "protocol/port.hpp"

namespace hermit {

// A Port in front of a door's, which need not exist yet. [any-thread]
class IopubGate final : public Port {
 public:
  // Sends all that was held through `door`, in order, and what comes later at once. Called once, unless
  // close() was; `door` outlives the gate's users.
  void open(Port& door) EXCLUDES(mutex_);
  // Drops what is held, and what comes later, unless it is open. Idempotent.
  void close() EXCLUDES(mutex_);

  // Port. Before open() a message on another channel than iopub answers no request, and is dropped.
  void send(Channel channel, Message message) override EXCLUDES(mutex_);
  void drain() override;
  bool has_room(bool droppable) const override;
  bool wait_for_room(bool droppable, const std::function<bool()>& given_up) override;
  void wake_waiting() override;
  Dropped take_dropped(const Bytes& parent) override;

 private:
  std::atomic<Port*> door_{nullptr};
  Mutex mutex_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<Message> held_ GUARDED_BY(mutex_);
};

}  // namespace hermit
