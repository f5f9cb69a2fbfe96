// Port and Inbox: where a kernel and a door meet. The kernel sends through a Port and receives
// through its Inbox; it knows nothing of sockets, a door nothing of requests.
#pragma once

#include <cstdint>
#include <functional>

#include "protocol/message.hpp"
#include "protocol/names.hpp"

namespace hermit {

// What a door has dropped of the droppable messages with one parent.
struct Dropped {
  Bytes parent;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;  // of their contents
};

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

  // Whether there is room for another message on iopub, a droppable one or one that is not. Without room
  // send() takes it all the same, but who has much to send should wait. A door that keeps nothing for its
  // clients has room always. [any-thread]
  virtual bool has_room(bool /*droppable*/) const { return true; }
  // Waits until there is room, or until the door closes. Returns false when `given_up` said meanwhile that it
  // is not to be waited for; it is asked before each wait, and must not call the door.
  // [any-thread but the door's own]
  virtual bool wait_for_room(bool /*droppable*/, const std::function<bool()>& /*given_up*/) { return true; }
  // Has whoever waits ask again whether to give up. [any-thread]
  virtual void wake_waiting() {}
  // What was dropped under `parent` since it was told last, here or to the Inbox. [any-thread]
  virtual Dropped take_dropped(const Bytes& /*parent*/) { return {}; }
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

  // Clients take messages again, and this was dropped meanwhile. [the door's thread]
  virtual void dropped(const Dropped& dropped) = 0;
};

}  // namespace hermit
