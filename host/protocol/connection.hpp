// Connection: where a kernel is reached and with which key, as read from and written to a connection
// file. Jupyter client: "Kernels", connection files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

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

struct Connection {
  std::string transport = "tcp";
  std::string ip = "127.0.0.1";  // "*" means every interface
  Ports ports;
  std::string key;  // never to be logged
  std::string signature_scheme = "hmac-sha256";
  std::string kernel_name;

  // The address of one port in ZeroMQ's spelling.
  std::string endpoint(std::uint16_t port) const;
};

// An error when two channels have one port; 0 is no port.
Result<void> check_distinct(const Ports& ports);

// Reads the text of a connection file. Errors begin with `origin`, which says where the text stands, and name
// the key and what it should have been.
Result<Connection> parse_connection(std::string_view text, const std::string& origin);

// Reads a connection file. Errors name the file besides.
Result<Connection> read_connection_file(const std::filesystem::path& path);

// The text of a connection file.
std::string connection_text(const Connection& connection);

}  // namespace hermit
