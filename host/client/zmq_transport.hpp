// ZmqTransport: a client's five sockets, connected to a kernel's. Jupyter messaging: "Introduction".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.hpp>

#include "base/result.hpp"
#include "client/transport.hpp"
#include "protocol/connection.hpp"
#include "protocol/signature.hpp"

namespace hermit {

// Makes a socket a client of a kernel whose connection has Curve keys, with the same keys, as jupyter_client
// does. Does nothing for one that has none. Before it is connected.
void encrypt(zmq::socket_t& socket, const Connection& connection);

// One identity for shell, control and stdin, which is how the kernel finds the stdin of who sent a cell.
class ZmqTransport final : public Transport {
 public:
  // Connects to the ports of `connection`, none of which may be 0; whether somebody listens there shows
  // later. Subscribes to the topics of iopub that begin with `topic`. A client that comes back gives the
  // identity() that it had; "" makes a new one. The error names the address, or what is wrong with the
  // key's scheme.
  static Result<std::unique_ptr<ZmqTransport>> connect(const Connection& connection,
                                                       std::string_view topic = "",
                                                       std::string_view identity = "");

  // Transport. A message whose signature is wrong, or that is none, is logged and dropped.
  void send(Channel channel, Message message) override;
  std::optional<Arrival> receive(std::initializer_list<Channel> channels, Deadline deadline) override;

  // Subscribes to more topics of iopub. The kernel welcomes each subscription (JEP 65).
  void subscribe(std::string_view topic);

  // Sends frames as they are, signed or not, behind the identity. For what a good client never does.
  void send_frames(Channel channel, const std::vector<std::string>& frames);
  // Signs a message: the frames that send() would send.
  std::vector<std::string> frames_of(Message message) const;

  // Sends `text` to the heartbeat and waits for it to come back; false when it does not by `deadline`.
  // Other echoes are passed over.
  bool beat(std::string_view text, Deadline deadline);
  // Sends frames to the heartbeat as they are.
  void send_heartbeat(const std::vector<std::string>& frames);

  // The identity that the kernel sees.
  const std::string& identity() const { return identity_; }
  // How many messages were dropped because they were not signed as they should be.
  std::size_t dropped() const { return dropped_; }

 private:
  ZmqTransport(Signer signer, std::string identity);
  zmq::socket_t& socket(Channel channel);
  std::optional<Message> take(Channel channel);

  const Signer signer_;
  const std::string identity_;
  std::size_t dropped_ = 0;
  zmq::context_t context_;
  zmq::socket_t shell_, control_, stdin_, iopub_, heartbeat_;
};

}  // namespace hermit
