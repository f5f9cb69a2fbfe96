// LocalTransport: a client's way to a kernel in the same process, through its LocalDoor.
#pragma once

#include <deque>
#include <map>
#include <string_view>

#include "base/mutex.hpp"
#include "client/transport.hpp"
#include "interface/local_door.hpp"

namespace hermit::tests {

// A client with this transport is to the kernel one on all channels, as with a ZmqTransport.
class LocalTransport final : public Transport {
 public:
  // Connects, also before the door is started; hears nothing of iopub before subscribe(). `door` outlives it.
  explicit LocalTransport(LocalDoor& door);

  // Transport. A message without a header that names its type is logged and dropped.
  void send(Channel channel, Message message) override;
  std::optional<Arrival> receive(std::initializer_list<Channel> channels, Deadline deadline) override
      EXCLUDES(mutex_);

  // Subscribes to the topics of iopub that begin with `topic`. The kernel welcomes it (JEP 65).
  void subscribe(std::string_view topic) { link_.subscribe(topic); }

 private:
  void take(Channel channel, Message message) EXCLUDES(mutex_);

  Mutex mutex_;
  Condition arrived_;
  std::map<Channel, std::deque<Message>> waiting_ GUARDED_BY(mutex_);
  LocalLink link_;  // goes first: nothing comes after it has gone
};

}  // namespace hermit::tests
