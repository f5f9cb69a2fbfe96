// Flight: many requests of one kind under way at the same time.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

#include "client.hpp"

namespace hermit::bench {

// As many requests as the scenarios keep under way.
constexpr std::size_t in_flight = 64;

// Sends requests on shell and collects what comes back of them.
class Flight {
 public:
  // `client` outlives it.
  Flight(Client& client, std::string type, std::string content)
      : client_(client), type_(std::move(type)), content_(std::move(content)) {}

  // Keeps `in_flight` requests under way as long as `more`, called with the number sent so far, says so;
  // returns when all are answered. Throws Failure when an answer takes longer than `patience`.
  void run(const std::function<bool(std::size_t)>& more, Client::Duration patience);
  // Waits for the idles that are still to come, until none comes for `patience`; returns how many are
  // missing then.
  std::size_t collect_idles(Client::Duration patience);

  std::size_t sent() const { return sent_; }
  // When the last reply came.
  Clock::time_point last_answer() const { return last_answer_; }

 private:
  void send();
  bool take_reply();
  void take_idles();

  Client& client_;
  std::string type_, content_;
  std::deque<std::string> open_;
  std::size_t sent_ = 0, idles_ = 0;
  Clock::time_point last_answer_;
};

}  // namespace hermit::bench
