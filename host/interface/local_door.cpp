#include "interface/local_door.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace hermit {

LocalDoor::~LocalDoor() { close(); }

void LocalDoor::close() {
  arrivals_.close();
  Lock lock(links_mutex_);
  links_.clear();
}

std::string LocalDoor::let_in(const LocalLink& link) {
  Lock lock(links_mutex_);
  std::string identity = "local-" + std::to_string(++last_identity_);
  links_.emplace(identity, Place{&link.take_, {}});
  return identity;
}

void LocalDoor::let_out(const LocalLink& link) {
  Lock lock(links_mutex_);
  if (const auto found = links_.find(link.identity_.view()); found != links_.end()) links_.erase(found);
}

void LocalDoor::subscribe(const LocalLink& link, std::string_view topic) {
  {
    Lock lock(links_mutex_);
    const auto found = links_.find(link.identity_.view());
    if (found == links_.end()) return;  // the door is closed
    found->second.topics.emplace_back(topic);
  }
  arrivals_.add({Channel::iopub, {}, std::string(topic)});
}

void LocalDoor::send(Channel channel, Message message) {
  Lock lock(links_mutex_);
  if (channel == Channel::iopub) {
    const std::string_view topic = message.idents.front().view();
    for (const auto& [identity, place] : links_) {
      const bool wanted = std::any_of(place.topics.begin(), place.topics.end(),
                                      [&](const auto& wish) { return topic.starts_with(wish); });
      if (wanted) (*place.take)(channel, message);
    }
    return;
  }
  const auto to = links_.find(message.idents.front().view());
  if (to == links_.end()) {
    if (channel == Channel::stdin_) log::warning("a client could not be asked for input: it has gone");
    return;
  }
  message.idents.clear();
  (*to->second.take)(channel, std::move(message));
}

LocalLink::LocalLink(LocalDoor& door, Take take)
    : door_(door), take_(std::move(take)), identity_(door.let_in(*this)) {}

LocalLink::~LocalLink() { door_.let_out(*this); }

void LocalLink::subscribe(std::string_view topic) { door_.subscribe(*this, topic); }

Result<void> LocalLink::send(Channel channel, Message message) {
  auto header = parse_header(message.header.view());
  if (!header) return header.error();
  message.idents.assign(1, identity_);
  Request request{std::move(message), std::move(*header), RequestType::unknown, 0};
  request.type = request_type(request.header.msg_type);
  door_.arrivals_.add({channel, std::move(request), {}});
  return {};
}

}  // namespace hermit
