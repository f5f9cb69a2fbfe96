// Connection: where a kernel is reached and with which keys, as read from and written to a connection file,
// or where it has to say so, as read from a registration file. Jupyter client: "Kernels", connection files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace hermit {

// Port numbers; 0 means that the kernel chooses one.
struct Ports {
  std::uint16_t shell = 0;
  std::uint16_t iopub = 0;
  std::uint16_t stdin_ = 0;
  std::uint16_t control = 0;
  std::uint16_t heartbeat = 0;
};

// The key pair of a kernel's sockets in CurveZMQ, in Z85. jupyter_client: "Transport encryption".
struct CurveKeys {
  std::string public_key;
  std::string secret_key;  // never to be logged
};

// Where a kernel that chooses its ports itself has to report them (JEP 66).
struct Registration {
  std::string ip;
  std::uint16_t port = 0;
  std::string kernel_id;       // the launcher's name for the kernel, given back to it
  bool ports_as_text = false;  // the file has its port as text, and wants the kernel's so
};

struct Connection {
  std::string transport = "tcp";  // or "ipc"
  // For tcp an address, "*" meaning every interface; for ipc the path that socket files begin with.
  std::string ip = "127.0.0.1";
  Ports ports;
  std::string key;  // never to be logged
  std::string signature_scheme = "hmac-sha256";
  std::string kernel_name;
  std::optional<CurveKeys> curve;            // without them nothing is encrypted
  std::optional<Registration> registration;  // of a registration file; its ports are 0

  // The address of one port in ZeroMQ's spelling.
  std::string endpoint(std::uint16_t port) const;
};

// The same of any address.
std::string endpoint(std::string_view transport, const std::string& ip, std::uint16_t port);

// True for the number of an IPv6 address, which ZeroMQ has to be told of.
inline bool is_ipv6(std::string_view ip) { return ip.find(':') != std::string_view::npos; }

// The ports by their names in a connection file.
std::vector<std::pair<const char*, std::uint16_t>> named_ports(const Ports& ports);

// An error when two channels have one port; 0 is no port.
Result<void> check_distinct(const Ports& ports);

// Reads the text of a connection file or a registration file. Errors begin with `origin`, which says where
// the text stands, and name the key and what it should have been.
Result<Connection> parse_connection(std::string_view text, const std::string& origin);

// Reads a connection file or a registration file. Errors name the file besides.
Result<Connection> read_connection_file(const std::filesystem::path& path);

// The text of a connection file.
std::string connection_text(const Connection& connection);

}  // namespace hermit
