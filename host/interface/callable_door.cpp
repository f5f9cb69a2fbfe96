#include "interface/callable_door.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"
#include "protocol/json.hpp"
#include "protocol/message_json.hpp"

namespace hermit {
namespace {

// Bytes that wait for the program until cells that print wait too: as much as waits for the clients of
// sockets.
constexpr std::size_t room = std::size_t{64} << 20;

// A Jupyter header from the program on behalf of a client.
Bytes reply_header(std::string_view session) {
  std::string json = R"({"msg_id":"","msg_type":"input_reply","session":)";
  append_json_string(json, session);
  return json + "}";
}

}  // namespace

Result<void> CallableDoor::handle(std::string_view json, std::vector<Bytes> buffers) {
  auto read = read_message_json(json);
  if (!read) return read.error();
  read->message.buffers = std::move(buffers);
  return arrive(read->channel, std::move(read->message));
}

Result<void> CallableDoor::arrive(Channel channel, Message message) {
  auto header = parse_header(message.header.view());
  if (!header) return Error{"the message's header: " + header.error().message};
  message.idents.assign(1, Bytes(header->session));
  Request request{std::move(message), std::move(*header), RequestType::unknown, 0};
  request.type = request_type(request.header.msg_type);
  if (!arrivals_.add({channel, std::move(request), {}})) return Error{"the kernel has stopped"};
  return {};
}

void CallableDoor::start(Inbox& inbox) {
  thread_ = start_quiet_thread("hermit-send", [this] { hand_out(); });
  arrivals_.start(inbox);
}

void CallableDoor::close() {
  Lock one(close_mutex_);
  arrivals_.close();
  {
    Lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CallableDoor::send(Channel channel, Message message) {
  Outgoing outgoing{message_json(channel, message), std::move(message.buffers), 0, false, {}};
  outgoing.size = outgoing.json.size();
  for (const Bytes& buffer : outgoing.buffers) outgoing.size += buffer.size();
  if (channel == Channel::stdin_) {
    outgoing.expects_reply = true;
    outgoing.question.header = std::move(message.header);
    outgoing.question.idents = std::move(message.idents);
  }
  // Under the lock, since the program may end the kernel as soon as it has this message.
  Lock lock(mutex_);
  if (closed_) return;
  waiting_ += outgoing.size;
  outgoing_.push_back(std::move(outgoing));
  changed_.notify_all();
}

bool CallableDoor::has_room(bool /*droppable*/) const {
  Lock lock(mutex_);
  return waiting_ < room;
}

bool CallableDoor::wait_for_room(bool /*droppable*/, const std::function<bool()>& given_up) {
  Lock lock(mutex_);
  while (waiting_ >= room && !closed_) {
    if (given_up()) return false;
    changed_.wait(lock);
  }
  return true;
}

void CallableDoor::wake_waiting() {
  {
    Lock lock(mutex_);
  }  // whoever has asked but does not wait yet holds it
  changed_.notify_all();
}

// The thread that calls the program.
void CallableDoor::hand_out() {
  for (;;) {
    Outgoing next;
    {
      Lock lock(mutex_);
      while (outgoing_.empty() && !closed_) changed_.wait(lock);
      if (outgoing_.empty()) return;
      next = std::move(outgoing_.front());
      outgoing_.pop_front();
    }
    hand_out(next);
    {
      Lock lock(mutex_);
      waiting_ -= next.size;
    }
    changed_.notify_all();
  }
}

void CallableDoor::hand_out(const Outgoing& outgoing) {
  try {
    const auto line = send_(outgoing.json, outgoing.buffers, outgoing.expects_reply);
    if (line && outgoing.expects_reply) answer(outgoing.question, *line);
  } catch (const std::exception& error) {
    log::error("the program's function \"send\" has thrown: {}", error.what());
  } catch (...) {
    log::error("the program's function \"send\" has thrown");
  }
}

// What the client would have sent.
void CallableDoor::answer(const Message& question, std::string_view line) {
  Message reply;
  reply.header = reply_header(question.idents.front().view());
  reply.parent_header = question.header;
  std::string content = R"({"value":)";
  append_json_string(content, repaired_utf8(line));
  reply.content = content + "}";
  if (const auto sent = arrive(Channel::stdin_, std::move(reply)); !sent) {
    log::info("a user's line came too late: {}", sent.error().message);
  }
}

}  // namespace hermit
