// Transport: how a client's messages get to a kernel and the kernel's to the client. Client speaks to this
// interface only, so that the same client works over ZeroMQ and inside the kernel's own process. It
// carries messages; what they mean is the client's business.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>

#include "protocol/message.hpp"
#include "protocol/names.hpp"

namespace hermit {

// A message that came from the kernel.
struct Arrival {
  Channel channel;
  Message message;
};

// Used by one thread.
class Transport {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  virtual ~Transport() = default;

  // Sends a message to the kernel. `channel` is shell, control or stdin: nobody sends on iopub. The
  // message's idents are the transport's to fill in. Does not wait for the kernel.
  virtual void send(Channel channel, Message message) = 0;

  // The next message on any of `channels`, or nothing when none has come by `deadline`. Messages of one
  // channel keep their order; between channels there is none. What arrives on other channels stays there.
  virtual std::optional<Arrival> receive(std::initializer_list<Channel> channels, Deadline deadline) = 0;
};

}  // namespace hermit
