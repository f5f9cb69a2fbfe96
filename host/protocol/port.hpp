// Port and Inbox: where a kernel and a door meet. The kernel sends through a Port and receives
// through its Inbox; it knows nothing of sockets, a door nothing of requests.
#pragma once

#include "protocol/message.hpp"
#include "protocol/names.hpp"

namespace hermit {

// A door, seen from the kernel.
class Port {
 public:
  virtual ~Port() = default;

  // Sends a message. Messages that one thread sends on one channel keep their order. Never waits for a
  // client. [any-thread]
  virtual void send(Channel channel, Message message) = 0;

  // Returns once every request that has reached this door by now has been given to the Inbox: what
  // stop_on_error aborts (K6). Returns at once when the door is closed. [any-thread but the door's own]
  virtual void drain() = 0;
};

// A kernel, seen from its door.
class Inbox {
 public:
  virtual ~Inbox() = default;

  // Takes over a request that was received on `channel` and whose signature was right. Must not wait.
  // [the door's thread]
  virtual void receive(Channel channel, Request request) = 0;

  // A client has subscribed to the topics of iopub that begin with `topic`. [the door's thread]
  virtual void subscribed(std::string_view topic) = 0;
};

}  // namespace hermit
