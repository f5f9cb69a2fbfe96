#include "interface/zmq_sockets.hpp"

#include <array>
#include <string>

#include "interface/iopub_queue.hpp"

namespace hermit {
namespace {

// The largest frame that is accepted. More than any notebook sends, and less than what would make the
// kernel run out of memory because somebody without a key said so.
constexpr std::int64_t frame_limit = std::int64_t{2} << 30;

// Binds one socket, on a free port for 0, and writes the port back.
Result<void> bind_one(zmq::socket_t& socket, const char* name, const Connection& connection,
                      std::uint16_t& port) {
  const std::string address =
      port == 0 ? connection.transport + "://" + connection.ip + ":*" : connection.endpoint(port);
  try {
    socket.set(zmq::sockopt::linger, static_cast<int>(ZmqSockets::linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, frame_limit);
    if (connection.ip.find(':') != std::string::npos) socket.set(zmq::sockopt::ipv6, true);
    socket.bind(address);
    const std::string bound = socket.get(zmq::sockopt::last_endpoint);
    port = static_cast<std::uint16_t>(std::stoul(bound.substr(bound.rfind(':') + 1)));
  } catch (const zmq::error_t& error) {
    const std::string why = error.num() == EADDRINUSE ? "the port is taken by another program" : error.what();
    return Error{"the " + std::string(name) + " channel cannot listen at " + address + ": " + why,
                 Exit::ports};
  }
  return {};
}

void set_up_router(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::router_handover, true);  // a client that reconnects gets its identity back
  // At a high-water mark libzmq would drop replies without a word.
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.set(zmq::sockopt::rcvhwm, 0);
}

}  // namespace

ZmqSockets::ZmqSockets()
    : context(1),
      shell(context, zmq::socket_type::router),
      control(context, zmq::socket_type::router),
      stdin_(context, zmq::socket_type::router),
      iopub(context, zmq::socket_type::xpub),
      heartbeat(context, zmq::socket_type::router) {
  for (auto* router : {&shell, &control, &stdin_}) set_up_router(*router);
  stdin_.set(zmq::sockopt::router_mandatory, true);  // says when nobody is there to be asked
  heartbeat.set(zmq::sockopt::router_handover, true);
  IopubQueue::set_up(iopub);
}

Result<void> ZmqSockets::bind(Connection& connection) {
  struct Place {
    zmq::socket_t& socket;
    const char* name;
    std::uint16_t& port;
  };
  Ports& ports = connection.ports;
  const std::array<Place, 5> places{{{shell, "shell", ports.shell},
                                     {iopub, "iopub", ports.iopub},
                                     {stdin_, "stdin", ports.stdin_},
                                     {control, "control", ports.control},
                                     {heartbeat, "heartbeat", ports.heartbeat}}};
  for (const bool fixed : {true, false}) {  // a port chosen at random must not be one that was asked for
    for (const auto& [socket, name, port] : places) {
      const bool is_bound = !socket.get(zmq::sockopt::last_endpoint).empty();
      if (is_bound || (port != 0) != fixed) continue;
      if (auto bound = bind_one(socket, name, connection, port); !bound) return bound;
    }
  }
  return {};
}

zmq::socket_t& ZmqSockets::of(Channel channel) {
  switch (channel) {
    case Channel::shell:
      return shell;
    case Channel::control:
      return control;
    case Channel::stdin_:
      return stdin_;
    case Channel::iopub:
      break;
  }
  return iopub;
}

void ZmqSockets::close() {
  for (auto* socket : {&shell, &control, &stdin_, &iopub, &heartbeat}) socket->close();
  context.close();
}

}  // namespace hermit
