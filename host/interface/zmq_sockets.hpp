// ZmqSockets: the five sockets of a kernel, set up and bound (I7). What passes through them is ZmqDoor's
// affair.
#pragma once

#include <chrono>
#include <vector>

#include <zmq.hpp>

#include "base/result.hpp"
#include "interface/ipc_file.hpp"
#include "protocol/connection.hpp"
#include "protocol/names.hpp"

namespace hermit {

// For one thread at a time.
struct ZmqSockets {
  ZmqSockets();

  // Binds them, encrypted when there are keys, which check_curve() has accepted. Written back to
  // `connection`: a port of 0, which is chosen here, and the number of the address in place of the
  // name of an interface or a host. The error names the channel and the address.
  Result<void> bind(Connection& connection);

  zmq::socket_t& of(Channel channel);

  // Closes them, removes the files of ipc, and waits for what lingers.
  void close();

  // How long close() waits for clients to take what was sent to them.
  static constexpr std::chrono::milliseconds linger{500};

  zmq::context_t context;
  zmq::socket_t shell, control, stdin_, iopub, heartbeat;
  std::vector<IpcFile> ipc_files;
};

}  // namespace hermit
