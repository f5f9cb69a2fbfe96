// RecordingPort: a door that keeps what a kernel's parts send, for tests of those parts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "protocol/json.hpp"
#include "protocol/port.hpp"

namespace hermit::tests {

// What was sent.
struct Sent {
  Channel channel;
  std::string type;
  std::string parent;  // the parent header, as text
  Json content;
};

// Usable on any thread.
class RecordingPort final : public Port {
 public:
  void send(Channel channel, Message message) override {
    Sent sent{channel, parse_header(message.header.view())->msg_type,
              std::string(message.parent_header.view()), *parse_json(message.content.view())};
    Lock lock(mutex_);
    sent_.push_back(std::move(sent));
    changed_.notify_all();
  }
  void drain() override {}

  std::vector<Sent> sent() const {
    Lock lock(mutex_);
    return sent_;
  }
  // Waits until so many messages have been sent.
  void wait_for(std::size_t count) {
    Lock lock(mutex_);
    while (sent_.size() < count) changed_.wait(lock);
  }
  // The text of one stream, joined; of one parent only when that is not empty.
  std::string text(std::string_view stream, std::string_view parent = {}) const {
    std::string text;
    for (const auto& message : sent()) {
      if (message.type != "stream" || message.content["name"] != stream) continue;
      if (parent.empty() || message.parent == parent) text += message.content["text"].get<std::string>();
    }
    return text;
  }

 private:
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<Sent> sent_ GUARDED_BY(mutex_);
};

// A request with this header and content, as a door would give it to a kernel.
inline Request request_of(std::string_view msg_type, std::string_view msg_id,
                          const Json& content = Json::object()) {
  Request request;
  request.header.msg_type = msg_type;
  request.header.msg_id = msg_id;
  request.type = request_type(msg_type);
  request.message.header = dump_json({{"msg_id", msg_id}, {"msg_type", msg_type}});
  request.message.content = dump_json(content);
  return request;
}

}  // namespace hermit::tests
