#include "support/local_transport.hpp"

#include <utility>

#include "base/log.hpp"

namespace hermit::tests {

LocalTransport::LocalTransport(LocalDoor& door)
    : link_(door, [this](Channel channel, Message message) { take(channel, std::move(message)); }) {}

void LocalTransport::send(Channel channel, Message message) {
  if (auto sent = link_.send(channel, std::move(message)); !sent) {
    log::warning("a message for {} was dropped: {}", channel_name(channel), sent.error().message);
  }
}

void LocalTransport::take(Channel channel, Message message) {
  {
    Lock lock(mutex_);
    waiting_[channel].push_back(std::move(message));
  }
  arrived_.notify_one();
}

std::optional<Arrival> LocalTransport::receive(std::initializer_list<Channel> channels, Deadline deadline) {
  Lock lock(mutex_);
  for (bool in_time = true;;) {
    for (const Channel channel : channels) {
      auto& waiting = waiting_[channel];
      if (waiting.empty()) continue;
      Arrival arrival{channel, std::move(waiting.front())};
      waiting.pop_front();
      return arrival;
    }
    if (!in_time) return std::nullopt;
    in_time = arrived_.wait_until(lock, deadline);
  }
}

}  // namespace hermit::tests
