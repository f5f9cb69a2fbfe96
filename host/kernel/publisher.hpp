// Publisher: writes what the kernel says on iopub and in replies, and hands it to the door.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/message.hpp"
#include "protocol/port.hpp"

namespace hermit {

// A message for iopub. Content and metadata are JSON.
struct Publication {
  std::string_view msg_type;
  Bytes content;
  Bytes metadata = Bytes::constant("{}");
  std::vector<Bytes> buffers = {};
  bool droppable = false;  // see Message
};

// One a kernel. Usable on any thread; encoding happens on the caller's.
class Publisher {
 public:
  // `port` outlives it.
  explicit Publisher(Port& port) : port_(port) {}

  // Sends on iopub. `parent` is the header of the request it belongs to, "{}" when there is none;
  // `content` is JSON. The topic is the message type, with the name of the stream behind it for streams:
  // "status", "stream.stdout". [any-thread]
  void publish(const Bytes& parent, std::string_view msg_type, Bytes content) const;
  void publish(const Bytes& parent, std::string_view msg_type, std::string_view topic, Bytes content) const;
  void publish(const Bytes& parent, std::string_view topic, Publication publication) const;

  // Sends the execution state: "starting", "busy" or "idle". Jupyter messaging: "Kernel status".
  void status(const Bytes& parent, std::string_view state) const;

  // Answers the sender of `request` on `channel`; metadata and content are JSON objects.
  void reply(Channel channel, const Request& request, std::string_view msg_type, Bytes metadata,
             Bytes content) const;

  Port& port() const { return port_; }
  const Session& session() const { return session_; }

  // Numbers the requests in the order they arrive, from 1. [the door's thread]
  std::uint64_t count_arrival() { return ++arrivals_; }
  // The number of the request that arrived last.
  std::uint64_t arrivals() const { return arrivals_; }

 private:
  Port& port_;
  Session session_{"kernel"};
  std::atomic<std::uint64_t> arrivals_{0};
};

}  // namespace hermit
