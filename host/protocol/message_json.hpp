// MessageJson: a message as one JSON object, the form in which programs hand messages to each other that
// share no sockets. Jupyter Server's websocket protocol has the same keys.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/message.hpp"

namespace hermit {

// A message and the way that it goes.
struct ChannelMessage {
  Channel channel;
  Message message;
};

// The object with the keys header, parent_header, metadata, content and channel. Identities and buffers are
// not in it. [any-thread]
std::string message_json(Channel channel, const Message& message);

// Reads such an object. The parts stay the text that they are; a missing one is {}, a missing channel is
// shell. The error says what is wrong with the object, or with a channel that clients do not send on.
// [any-thread]
Result<ChannelMessage> read_message_json(std::string_view json);

}  // namespace hermit
