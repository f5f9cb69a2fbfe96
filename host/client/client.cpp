#include "client/client.hpp"

#include <algorithm>
#include <utility>

namespace hermit {
namespace {

using Clock = std::chrono::steady_clock;

// What is kept of messages that belong to no request of ours.
constexpr std::size_t others_kept = 4096;

constexpr std::initializer_list<Channel> all_channels = {Channel::shell, Channel::control, Channel::stdin_,
                                                         Channel::iopub};

Received read(Arrival arrival) {
  Received received;
  received.channel = arrival.channel;
  if (auto header = parse_header(arrival.message.header.view())) received.type = std::move(header->msg_type);
  received.parent = parent_msg_id(arrival.message.parent_header.view());
  if (auto content = parse_json(arrival.message.content.view())) received.content = std::move(*content);
  received.message = std::move(arrival.message);
  return received;
}

}  // namespace

Client::Client(Transport& transport, std::chrono::milliseconds limit)
    : transport_(transport), limit_(limit) {}

bool Client::wait_for_welcome() {
  return receive_until([this] {
    return std::any_of(others_.begin(), others_.end(),
                       [](const Received& other) { return other.type == "iopub_welcome"; });
  });
}

Answer Client::execute(std::string_view code, const ExecuteOptions& options) {
  Message cell = message("execute_request", {{"code", code},
                                             {"silent", options.silent},
                                             {"store_history", options.store_history},
                                             {"allow_stdin", options.allow_stdin},
                                             {"stop_on_error", options.stop_on_error},
                                             {"user_expressions", options.user_expressions}});
  cell.metadata = dump_json(options.metadata);
  return request(options.channel, std::move(cell));
}

Answer Client::complete(std::string_view code, const Json& cursor_pos) {
  return request(Channel::shell, "complete_request", {{"code", code}, {"cursor_pos", cursor_pos}});
}

Answer Client::inspect(std::string_view code, const Json& cursor_pos, int detail_level) {
  return request(Channel::shell, "inspect_request",
                 {{"code", code}, {"cursor_pos", cursor_pos}, {"detail_level", detail_level}});
}

Answer Client::is_complete(std::string_view code) {
  return request(Channel::shell, "is_complete_request", {{"code", code}});
}

Answer Client::history(const Json& content) { return request(Channel::shell, "history_request", content); }

Answer Client::kernel_info(Channel channel) { return request(channel, "kernel_info_request"); }

Answer Client::comm_info() { return request(Channel::shell, "comm_info_request"); }

Answer Client::interrupt() { return request(Channel::control, "interrupt_request"); }

Answer Client::shutdown(bool restart) {
  return request(Channel::control, "shutdown_request", {{"restart", restart}});
}

Answer Client::request(Channel channel, std::string_view msg_type, const Json& content) {
  return request(channel, message(msg_type, content));
}

Answer Client::request(Channel channel, Message message) {
  auto state = std::make_shared<Answer::State>();
  state->header = message.header;
  if (const auto header = parse_header(message.header.view())) {
    state->msg_id = header->msg_id;
    state->has_reply = header->msg_type.ends_with("_request");
  }
  std::erase_if(answers_, [](const auto& entry) { return entry.second.expired(); });
  answers_[state->msg_id] = state;
  transport_.send(channel, std::move(message));
  return Answer(*this, std::move(state));
}

Message Client::message(std::string_view msg_type, const Json& content) const {
  Message message;
  message.header = session_.header(msg_type);
  message.content = dump_json(content);
  return message;
}

void Client::reply_to_input(const Received& question, std::string_view line) {
  Message reply = message("input_reply", {{"value", line}, {"status", "ok"}});
  reply.parent_header = question.message.header;
  transport_.send(Channel::stdin_, std::move(reply));
}

bool Client::receive_until(const std::function<bool()>& done) {
  const auto deadline = Clock::now() + limit_;
  while (!done()) {
    if (receive_one(deadline)) continue;
    ++timeouts_;
    return false;
  }
  return true;
}

void Client::receive_waiting() {
  while (receive_one(Clock::now())) {
  }
}

// Receives one message and puts it where it belongs; false when none has come by the deadline.
bool Client::receive_one(Transport::Deadline deadline) {
  auto arrival = transport_.receive(all_channels, deadline);
  if (!arrival) return false;
  sort(read(std::move(*arrival)));
  return true;
}

void Client::sort(Received received) {
  const auto found = answers_.find(received.parent);
  const auto state = found == answers_.end() ? nullptr : found->second.lock();
  if (state == nullptr) {
    if (others_.size() == others_kept) others_.erase(others_.begin());
    others_.push_back(std::move(received));
    return;
  }
  switch (received.channel) {
    case Channel::iopub:
      if (received.type == "status" && received.field("execution_state") == "idle") state->idle = true;
      state->iopub.push_back(std::move(received));
      break;
    case Channel::stdin_:
      if (received.type == "input_request") {
        state->inputs.push_back(std::move(received));
        break;
      }
      [[fallthrough]];  // a reply to what was sent on stdin
    case Channel::shell:
    case Channel::control:
      state->replies.push_back(std::move(received));
      break;
  }
}

}  // namespace hermit
