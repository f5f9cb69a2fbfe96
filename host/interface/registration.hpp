// Registration: the kernel tells the launcher that started it where it listens (I11): the handshake of JEP
// 66, messaging protocol 5.6. The kernel is the client here; what is said on its own sockets is ZmqDoor's
// affair.
#pragma once

#include <chrono>
#include <vector>

#include "base/result.hpp"
#include "protocol/connection.hpp"

namespace hermit {

// Reports the ports of `connection`, all chosen, to the registration socket that connection.registration
// names, and waits until that acknowledges them. The error says that it has not within `limit`, that what
// came was no acknowledgement or not signed with the connection's key, or that one of the descriptors in
// `stop` could be read before.
Result<void> register_kernel(const Connection& connection, std::chrono::duration<double> limit,
                             const std::vector<int>& stop = {});

}  // namespace hermit
