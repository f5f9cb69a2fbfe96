// Questions: what clients are asked on stdin (K9). A client may send a cell before it has connected there;
// its question waits until it has.
#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include <zmq.hpp>

#include "base/bytes.hpp"

namespace hermit {

// [I/O-thread]
class Questions {
 public:
  // How long to wait until retry(), while some wait.
  static constexpr std::chrono::milliseconds interval{10};

  // `socket` outlives it, and says when nobody is there to be asked.
  explicit Questions(zmq::socket_t& socket) : socket_(socket) {}

  // Asks, now or when the client is there.
  void ask(std::vector<Bytes> frames);
  // Asks those that wait once more, and gives up those that have waited for long. Throws as ask() does what
  // the socket throws.
  void retry();
  bool empty() const { return waiting_.empty(); }

 private:
  struct Question {
    std::vector<Bytes> frames;
    std::chrono::steady_clock::time_point give_up;
  };

  bool send(const std::vector<Bytes>& frames);

  zmq::socket_t& socket_;
  std::deque<Question> waiting_;
};

}  // namespace hermit
