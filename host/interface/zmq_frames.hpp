// Frames on their way into ZeroMQ's messages and out of them: small ones are copied, large ones lent.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "base/bytes.hpp"

namespace hermit {

// Counts the bytes that ZeroMQ was lent and has not given back. Usable on any thread.
class Lent {
 public:
  // `returned` is called on a thread of ZeroMQ's, once after each is_full() that was true, when at most half
  // of `limit` is still out; it outlives every message that counts here.
  Lent(std::size_t limit, std::function<void()> returned) : limit_(limit), returned_(std::move(returned)) {}

  // True when so much is out that no more should be lent; then `returned` was asked for.
  bool is_full();

  void add(std::size_t size) { bytes_ += size; }
  void give_back(std::size_t size);

 private:
  const std::size_t limit_;
  const std::function<void()> returned_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<bool> asked_{false};
};

// A message of ZeroMQ's with the bytes of a frame. A large frame stays where it is until ZeroMQ has sent it
// to all whom it is for, and counts in `lent`, when there is one, for that long.
zmq::message_t to_part(const Bytes& frame, const std::shared_ptr<Lent>& lent = nullptr);

// Sends a message without waiting; one that the socket does not take is logged and lost. Throws what the
// socket throws.
void send_frames(zmq::socket_t& socket, const std::vector<Bytes>& frames);

// Takes a message off a socket without waiting; no frames when there is none. Throws what the socket throws.
std::vector<Bytes> receive_frames(zmq::socket_t& socket);

}  // namespace hermit
