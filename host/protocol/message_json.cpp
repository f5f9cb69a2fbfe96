#include "protocol/message_json.hpp"

#include <memory>

#include "protocol/json.hpp"
#include "protocol/json_scan.hpp"

namespace hermit {
namespace {

void append_member(std::string& json, std::string_view key, std::string_view value) {
  json.append("\"").append(key).append("\":").append(value).append(",");
}

Result<Channel> read_channel(std::string_view json) {
  if (json.empty()) return Channel::shell;
  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    if (json.substr(1, json.size() - 2) == channel_name(channel)) return channel;
  }
  return Error{"the message names the channel " + std::string(json) +
               "; clients send on \"shell\", \"control\" or \"stdin\""};
}

}  // namespace

std::string message_json(Channel channel, const Message& message) {
  std::string json;
  json.reserve(message.header.size() + message.parent_header.size() + message.metadata.size() +
               message.content.size() + 96);
  json += '{';
  append_member(json, "header", message.header.view());
  append_member(json, "parent_header", message.parent_header.view());
  append_member(json, "metadata", message.metadata.view());
  append_member(json, "content", message.content.view());
  json.append("\"channel\":\"").append(channel_name(channel)).append("\"}");
  return json;
}

Result<ChannelMessage> read_message_json(std::string_view json) {
  const auto text = std::make_shared<const std::string>(json);  // the parts are slices of it
  if (auto checked = check_json_object(*text); !checked) {
    return Error{"the message " + checked.error().message};
  }
  const auto part = [&](std::string_view key) {
    const auto value = scan_member(*text, key);
    return value && *value != "null" ? Bytes(text, *value) : Bytes::constant("{}");
  };
  const auto channel = read_channel(scan_member(*text, "channel").value_or(""));
  if (!channel) return channel.error();
  Message message;
  message.header = part("header");
  message.parent_header = part("parent_header");
  message.metadata = part("metadata");
  message.content = part("content");
  return ChannelMessage{*channel, std::move(message)};
}

}  // namespace hermit
