#include "support/slow_reader.hpp"

#include <chrono>
#include <fstream>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/json.hpp"
#include "protocol/wire.hpp"

namespace hermit::tests {
namespace {

std::string type(const Message& message) { return parse_header(message.header.view())->msg_type; }

}  // namespace

Reader::Reader(const ZmqKernel& kernel)
    : signer_(std::move(*Signer::make(kernel.connection().key, kernel.connection().signature_scheme))),
      socket_(context_, zmq::socket_type::sub) {
  socket_.set(zmq::sockopt::rcvhwm, 1);
  socket_.set(zmq::sockopt::rcvbuf, 1 << 16);
  socket_.set(zmq::sockopt::linger, 0);
  socket_.set(zmq::sockopt::rcvtimeo, static_cast<int>(std::chrono::milliseconds(patience).count()));
  socket_.set(zmq::sockopt::subscribe, "");
  encrypt(socket_, kernel.connection());
  socket_.connect(kernel.connection().endpoint(kernel.connection().ports.iopub));
  take_until([](const Message& message) { return type(message) == "iopub_welcome"; });
}

void Reader::take_until(const std::function<bool(const Message&)>& last) {
  for (;;) {
    const auto message = take();
    if (!message) return ADD_FAILURE() << "what a reader waits for has not come";
    if (last(*message)) return;
  }
}

void Reader::take_until_idle(const Answer& answer) {
  take_until([&](const Message& message) { return is_idle(message, answer); });
}

bool Reader::is_idle(const Message& message, const Answer& answer) {
  return type(message) == "status" && parent_msg_id(message.parent_header.view()) == answer.msg_id() &&
         message.content.view().find("idle") != std::string_view::npos;
}

std::optional<Message> Reader::take() {
  std::vector<Bytes> frames;
  for (bool more = true; more;) {
    zmq::message_t part;
    if (!socket_.recv(part)) return std::nullopt;
    more = part.more();
    frames.emplace_back(part.to_string());
  }
  auto read = read_frames(std::move(frames), signer_);
  if (!read) return std::nullopt;
  if (type(read->message) == "stream") {
    const Json content = *parse_json(read->message.content.view());
    if (content["name"] == "stdout") text_ += content["text"].get<std::string>();
  }
  return std::move(read->message);
}

std::size_t peak_memory(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) << 10;
  }
  return 0;
}

}  // namespace hermit::tests
