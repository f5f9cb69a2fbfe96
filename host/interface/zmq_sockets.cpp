#include "interface/zmq_sockets.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "interface/iopub_queue.hpp"
#include "interface/zmq_curve.hpp"

namespace hermit {
namespace {

// The largest frame that is accepted. More than any notebook sends, and less than what would make the
// kernel run out of memory because somebody without a key said so.
constexpr std::int64_t frame_limit = std::int64_t{2} << 30;

// How many ports of the system's choice are tried: it may give one to two programs, and the second to listen
// there fails. With ipc, how many numbers are looked at for a free one.
constexpr std::uint16_t port_attempts = 1000;

// So much of an address that is none, in bytes, is shown.
constexpr std::size_t longest_address = 200;

std::string reason(const zmq::error_t& error) {
  if (error.num() == EADDRINUSE) return "the port is taken by another program";
  if (error.num() == ENODEV) return "that is no address or interface of this machine, and no host's name";
  return error.what();
}

// The sockets of one kernel on their way to their addresses. Functions throw what ZeroMQ throws.
class Binding {
 public:
  Binding(Connection& connection, std::vector<IpcFile>& files)
      : connection_(connection),
        files_(files),
        has_files_(connection.transport == "ipc" && connection.ip[0] != '@') {}

  // Binds one socket, on a free port for 0, and writes the port back.
  Result<void> bind(zmq::socket_t& socket, const char* name, std::uint16_t& port) {
    const std::string channel = "the " + std::string(name) + " channel cannot listen";
    try {
      set_up(socket);
      const auto bound = port == 0 ? bind_anywhere(socket, port) : bind_at(socket, port);
      return bound ? Result<void>() : Error{channel + ": " + bound.error().message, Exit::ports};
    } catch (const zmq::error_t& error) {
      const std::string address = connection_.endpoint(port).substr(0, longest_address);
      const std::string why = reason(error);
      return Error{channel + " at " + address + ": " + why, Exit::ports};
    }
  }

 private:
  void set_up(zmq::socket_t& socket) const {
    socket.set(zmq::sockopt::linger, static_cast<int>(ZmqSockets::linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, frame_limit);
    if (connection_.transport == "tcp" && is_ipv6(connection_.ip)) socket.set(zmq::sockopt::ipv6, true);
    if (connection_.curve) serve_curve(socket, *connection_.curve);
  }

  Result<void> bind_at(zmq::socket_t& socket, std::uint16_t port) {
    if (!has_files_) {
      socket.bind(connection_.endpoint(port));
      return {};
    }
    auto file = IpcFile::listen(file_of(port));
    if (!file) return file.error();
    socket.set(zmq::sockopt::use_fd, file->descriptor());
    socket.bind(connection_.endpoint(port));
    file->release();
    files_.push_back(std::move(*file));
    return {};
  }

  Result<void> bind_anywhere(zmq::socket_t& socket, std::uint16_t& port) {
    return connection_.transport == "tcp" ? bind_free_port(socket, port) : bind_free_number(socket, port);
  }

  Result<void> bind_free_port(zmq::socket_t& socket, std::uint16_t& port) {
    const std::string address = endpoint("tcp", connection_.ip, 0);
    for (int attempt = 1;; ++attempt) {
      try {
        socket.bind(address.substr(0, address.size() - 1) + "*");
        break;
      } catch (const zmq::error_t& error) {
        if (error.num() != EADDRINUSE || attempt == port_attempts) throw;
      }
    }
    const std::string bound = socket.get(zmq::sockopt::last_endpoint);
    port = static_cast<std::uint16_t>(std::stoul(bound.substr(bound.rfind(':') + 1)));
    return {};
  }

  Result<void> bind_free_number(zmq::socket_t& socket, std::uint16_t& port) {
    for (std::uint16_t number = 1;; ++number) {
      try {
        auto bound = bind_at(socket, number);
        std::error_code ignored;
        const bool taken = !bound && exists(std::filesystem::symlink_status(file_of(number), ignored));
        if (taken && number < port_attempts) continue;
        if (bound) port = number;
        return bound;
      } catch (const zmq::error_t& error) {
        if (error.num() != EADDRINUSE || number == port_attempts) throw;
      }
    }
  }

  std::string file_of(std::uint16_t port) const { return connection_.ip + "-" + std::to_string(port); }

  Connection& connection_;
  std::vector<IpcFile>& files_;
  const bool has_files_;  // not with an abstract name, which ZeroMQ spells with an @
};

// Whether ZeroMQ knows it as it is: a number, "*", or an interface.
bool is_address(const std::string& ip) {
  in6_addr number{};
  return ip == "*" || is_ipv6(ip) || inet_pton(AF_INET, ip.c_str(), &number) == 1 ||
         if_nametoindex(ip.c_str()) != 0;
}

// The number of the address that the name of a host stands for, of IPv4 if there is one. What is none stays
// as it is, for ZeroMQ to refuse.
std::string looked_up(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (name.empty() || getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return name;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(list, freeaddrinfo);
  const addrinfo* best = list;
  for (const addrinfo* each = list; each != nullptr && best->ai_family != AF_INET; each = each->ai_next) {
    if (each->ai_family == AF_INET) best = each;
  }
  char number[NI_MAXHOST];
  const bool is_written =
      getnameinfo(best->ai_addr, best->ai_addrlen, number, sizeof number, nullptr, 0, NI_NUMERICHOST) == 0;
  return is_written ? number : name;
}

// The number of the address that a socket listens at; one of IPv6 in brackets.
std::string bound_ip(const zmq::socket_t& socket) {
  const std::string bound = socket.get(zmq::sockopt::last_endpoint);
  const std::size_t begin = std::string_view("tcp://").size();
  return bound.substr(begin, bound.rfind(':') - begin);
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
  if (connection.transport == "tcp" && !is_address(connection.ip)) connection.ip = looked_up(connection.ip);
  Binding binding(connection, ipc_files);
  for (const bool fixed : {true, false}) {  // a port chosen at random must not be one that was asked for
    for (const auto& [socket, name, port] : places) {
      if ((port != 0) != fixed) continue;
      if (auto bound = binding.bind(socket, name, port); !bound) return bound;
    }
  }
  if (connection.transport == "tcp") connection.ip = bound_ip(shell);
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
  ipc_files.clear();  // before another kernel can listen there
  for (auto* socket : {&shell, &control, &stdin_, &iopub, &heartbeat}) socket->close();
  context.close();
}

}  // namespace hermit
