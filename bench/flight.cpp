// Flight: sends on, as answers come.
#include "flight.hpp"

#include <algorithm>

#include "failure.hpp"

namespace hermit::bench {

void Flight::send() {
  open_.push_back(client_.send(Channel::shell, type_, content_));
  ++sent_;
}

// Takes a reply that has come; false when there is none.
bool Flight::take_reply() {
  const auto reply = client_.poll(Channel::shell);
  if (!reply) return false;
  // Replies come in order from every kernel that is known, so the search ends at the first.
  const auto answered =
      std::find_if(open_.begin(), open_.end(), [&](const std::string& id) { return reply->answers(id); });
  if (answered == open_.end()) return true;
  open_.erase(answered);
  last_answer_ = Clock::now();
  return true;
}

void Flight::take_idles() {
  while (const auto message = client_.poll_iopub()) idles_ += message->is_idle() ? 1 : 0;
}

void Flight::run(const std::function<bool(std::size_t)>& more, Client::Duration patience) {
  last_answer_ = Clock::now();
  while (open_.size() < in_flight && more(sent_)) send();
  while (!open_.empty()) {
    client_.wait_any(Channel::shell, last_answer_ + patience);
    while (take_reply()) {
      if (more(sent_)) send();
    }
    take_idles();
    // Idles alone are no answer.
    if (Clock::now() > last_answer_ + patience)
      throw Failure(std::to_string(open_.size()) + " requests never answered");
  }
}

std::size_t Flight::collect_idles(Client::Duration patience) {
  try {
    while (idles_ < sent_) {
      client_.wait_iopub(Clock::now() + patience);
      take_idles();
    }
  } catch (const Failure&) {
    // None came for that long, or the kernel has died: those that are missing stay away.
  }
  return sent_ - std::min(idles_, sent_);
}

}  // namespace hermit::bench
