#include "kernel/publisher.hpp"

#include <utility>

namespace hermit {

void Publisher::publish(const Bytes& parent, std::string_view msg_type, Bytes content) const {
  publish(parent, msg_type, msg_type, std::move(content));
}

void Publisher::publish(const Bytes& parent, std::string_view msg_type, std::string_view topic,
                        Bytes content) const {
  publish(parent, topic, Publication{msg_type, std::move(content)});
}

void Publisher::publish(const Bytes& parent, std::string_view topic, Publication publication) const {
  Message message;
  message.idents.emplace_back(std::string(topic));
  message.header = session_.header(publication.msg_type);
  message.parent_header = parent;
  message.metadata = std::move(publication.metadata);
  message.content = std::move(publication.content);
  message.buffers = std::move(publication.buffers);
  message.droppable = publication.droppable;
  port_.send(Channel::iopub, std::move(message));
}

void Publisher::status(const Bytes& parent, std::string_view state) const {
  std::string content = R"({"execution_state":")";
  content.append(state).append(R"("})");
  publish(parent, "status", std::move(content));
}

void Publisher::reply(Channel channel, const Request& request, std::string_view msg_type, Bytes metadata,
                      Bytes content) const {
  Message message;
  message.idents = request.message.idents;
  message.header = session_.header(msg_type);
  message.parent_header = request.message.header;
  message.metadata = std::move(metadata);
  message.content = std::move(content);
  port_.send(channel, std::move(message));
}

}  // namespace hermit
