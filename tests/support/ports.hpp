// Ports: free ones, for connection files that a test writes.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/connection.hpp"

namespace hermit::tests {

// Distinct ports that nobody listens at now. Another program may take one before it is used: who starts a
// kernel on them tries again then.
std::vector<std::uint16_t> free_ports(std::size_t count);

// A connection with free ports and this key.
Connection free_connection(const std::string& key, const std::string& scheme = "hmac-sha256");

// Makes the same a connection over ipc, with socket files that nobody has.
void use_ipc(Connection& connection);

// A pair of Curve keys: the one in ZeroMQ's documentation of its options.
CurveKeys curve_keys();

// A socket that listens at a port of its own until the end of the scope.
class TakenPort {
 public:
  TakenPort();
  ~TakenPort();
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace hermit::tests
