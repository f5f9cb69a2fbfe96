#include "support/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "base/ids.hpp"

namespace hermit::tests {

TakenPort::TakenPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_, generic, size) != 0 || listen(socket_, 1) != 0 ||
      getsockname(socket_, generic, &size) != 0) {
    throw std::runtime_error("no free port");
  }
  port_ = ntohs(address.sin_port);
}

TakenPort::~TakenPort() { ::close(socket_); }

std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<std::unique_ptr<TakenPort>> taken;  // all at once, so that they are distinct
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < count; ++i)
    ports.push_back(taken.emplace_back(std::make_unique<TakenPort>())->port());
  return ports;
}

Connection free_connection(const std::string& key, const std::string& scheme) {
  const auto ports = free_ports(5);
  Connection connection;
  connection.ports = {ports[0], ports[1], ports[2], ports[3], ports[4]};
  connection.key = key;
  connection.signature_scheme = scheme;
  return connection;
}

void use_ipc(Connection& connection) {
  connection.transport = "ipc";
  connection.ip = (std::filesystem::temp_directory_path() / ("hermit-" + random_uuid())).string();
}

CurveKeys curve_keys() {
  return {"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"};
}

}  // namespace hermit::tests
