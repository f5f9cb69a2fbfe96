// Reader: a subscriber that is as slow as a test wants: a bare socket with small buffers, which takes a
// message only when it is told to.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "client/client.hpp"
#include "protocol/signature.hpp"
#include "support/zmq_kernel.hpp"

namespace hermit::tests {

// Used by one thread.
class Reader {
 public:
  // Connects, and takes the welcome.
  explicit Reader(const ZmqKernel& kernel);

  // Goes away.
  void disconnect() { socket_.close(); }

  // Takes messages, and keeps the text of stdout, until `last` holds of one; fails when none comes.
  void take_until(const std::function<bool(const Message&)>& last);
  // The same until the request is done.
  void take_until_idle(const Answer& answer);
  // Whether a message says that the request is done.
  static bool is_idle(const Message& message, const Answer& answer);

  const std::string& text() const { return text_; }

 private:
  std::optional<Message> take();

  const Signer signer_;
  zmq::context_t context_;
  zmq::socket_t socket_;
  std::string text_;
};

// The most memory that a process has had, in bytes.
std::size_t peak_memory(pid_t process);

}  // namespace hermit::tests
