#include "client/zmq_transport.hpp"

#include <array>
#include <utility>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "protocol/wire.hpp"

namespace hermit {
namespace {

using Clock = std::chrono::steady_clock;

// Milliseconds until the deadline, rounded up so that a wait never ends early and spins; 0 when it is past.
std::chrono::milliseconds until(Transport::Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

// Sends the frames of one message. A client's sockets have no high-water mark, so this does not wait.
template <class Frames>
void send_parts(zmq::socket_t& socket, const Frames& frames) {
  std::size_t left = frames.size();
  for (const auto& frame : frames) {
    zmq::message_t part(frame.data(), frame.size());
    socket.send(part, --left == 0 ? zmq::send_flags::none : zmq::send_flags::sndmore);
  }
}

// The frames of the next message that has arrived; none when there is no message.
std::vector<Bytes> receive_parts(zmq::socket_t& socket) {
  std::vector<Bytes> frames;
  for (bool more = true; more;) {
    auto part = std::make_shared<zmq::message_t>();
    if (!socket.recv(*part, frames.empty() ? zmq::recv_flags::dontwait : zmq::recv_flags::none))
      return frames;
    more = part->more();
    const std::string_view view(static_cast<const char*>(part->data()), part->size());
    frames.emplace_back(std::move(part), view);
  }
  return frames;
}

// Waits until one of the items can be read; false when the deadline has passed. A signal only starts the
// wait anew.
bool poll_until(std::vector<zmq::pollitem_t>& items, Transport::Deadline deadline) {
  for (;;) {
    try {
      if (zmq::poll(items, until(deadline)) > 0) return true;
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
    if (Clock::now() >= deadline) return false;
  }
}

}  // namespace

void encrypt(zmq::socket_t& socket, const Connection& connection) {
  if (!connection.curve) return;
  socket.set(zmq::sockopt::curve_serverkey, connection.curve->public_key);
  socket.set(zmq::sockopt::curve_publickey, connection.curve->public_key);
  socket.set(zmq::sockopt::curve_secretkey, connection.curve->secret_key);
}

ZmqTransport::ZmqTransport(Signer signer, std::string identity)
    : signer_(std::move(signer)),
      identity_(std::move(identity)),
      context_(1),
      shell_(context_, zmq::socket_type::dealer),
      control_(context_, zmq::socket_type::dealer),
      stdin_(context_, zmq::socket_type::dealer),
      iopub_(context_, zmq::socket_type::sub),
      heartbeat_(context_, zmq::socket_type::dealer) {}

Result<std::unique_ptr<ZmqTransport>> ZmqTransport::connect(const Connection& connection,
                                                            std::string_view topic,
                                                            std::string_view identity) {
  auto signer = Signer::make(connection.key, connection.signature_scheme);
  if (!signer) return signer.error();
  std::unique_ptr<ZmqTransport> made(
      new ZmqTransport(std::move(*signer), identity.empty() ? random_uuid() : std::string(identity)));
  Connection reached = connection;
  if (reached.ip == "*") reached.ip = "127.0.0.1";  // where a kernel that listens everywhere is near
  const std::pair<zmq::socket_t&, std::uint16_t> places[] = {{made->shell_, connection.ports.shell},
                                                             {made->control_, connection.ports.control},
                                                             {made->stdin_, connection.ports.stdin_},
                                                             {made->iopub_, connection.ports.iopub},
                                                             {made->heartbeat_, connection.ports.heartbeat}};
  for (const auto& [socket, port] : places) {
    const std::string address = reached.endpoint(port);
    try {
      socket.set(zmq::sockopt::linger, 0);
      socket.set(zmq::sockopt::sndhwm, 0);
      socket.set(zmq::sockopt::rcvhwm, 0);
      if (&socket != &made->iopub_) socket.set(zmq::sockopt::routing_id, made->identity_);
      if (reached.transport == "tcp" && is_ipv6(reached.ip)) socket.set(zmq::sockopt::ipv6, true);
      encrypt(socket, connection);
      socket.connect(address);
    } catch (const zmq::error_t& error) {
      return Error{"no connection to " + address + ": " + error.what(), Exit::ports};
    }
  }
  made->subscribe(topic);
  return made;
}

zmq::socket_t& ZmqTransport::socket(Channel channel) {
  switch (channel) {
    case Channel::shell:
      return shell_;
    case Channel::control:
      return control_;
    case Channel::stdin_:
      return stdin_;
    case Channel::iopub:
      break;
  }
  return iopub_;
}

void ZmqTransport::subscribe(std::string_view topic) { iopub_.set(zmq::sockopt::subscribe, topic); }

void ZmqTransport::send(Channel channel, Message message) {
  message.idents.clear();
  send_parts(socket(channel), write_frames(std::move(message), signer_));
}

std::vector<std::string> ZmqTransport::frames_of(Message message) const {
  message.idents.clear();
  std::vector<std::string> frames;
  for (const auto& frame : write_frames(std::move(message), signer_)) frames.emplace_back(frame.view());
  return frames;
}

void ZmqTransport::send_frames(Channel channel, const std::vector<std::string>& frames) {
  send_parts(socket(channel), frames);
}

void ZmqTransport::send_heartbeat(const std::vector<std::string>& frames) { send_parts(heartbeat_, frames); }

// Takes one message off a socket; nothing when there is none, or one that is to be dropped.
std::optional<Message> ZmqTransport::take(Channel channel) {
  auto frames = receive_parts(socket(channel));
  if (frames.empty()) return std::nullopt;
  auto read = read_frames(std::move(frames), signer_);
  if (read) return std::move(read->message);
  ++dropped_;
  log::warning("a message on {} was dropped: {}", channel_name(channel), read.error().message);
  return std::nullopt;
}

std::optional<Arrival> ZmqTransport::receive(std::initializer_list<Channel> channels, Deadline deadline) {
  std::vector<zmq::pollitem_t> items;
  for (const Channel channel : channels) items.push_back({socket(channel).handle(), 0, ZMQ_POLLIN, 0});
  while (poll_until(items, deadline)) {
    std::size_t i = 0;
    for (const Channel channel : channels) {
      if (items[i++].revents == 0) continue;
      if (auto message = take(channel)) return Arrival{channel, std::move(*message)};
    }
  }
  return std::nullopt;
}

bool ZmqTransport::beat(std::string_view text, Deadline deadline) {
  send_heartbeat({"", std::string(text)});  // as a REQ socket would
  std::vector<zmq::pollitem_t> items{{heartbeat_.handle(), 0, ZMQ_POLLIN, 0}};
  while (poll_until(items, deadline)) {
    const auto frames = receive_parts(heartbeat_);
    if (!frames.empty() && frames.back().view() == text) return true;
  }
  return false;
}

}  // namespace hermit
