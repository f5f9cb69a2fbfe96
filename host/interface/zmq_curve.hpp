// CurveZMQ: sockets that only clients which know the kernel's public key can talk to, with everything
// encrypted (I10). docs/connections.md tells users what that protects.
#pragma once

#include <zmq.hpp>

#include "base/result.hpp"
#include "protocol/connection.hpp"

namespace hermit {

// An error when this libzmq has no Curve.
Result<void> check_curve_is_there();

// An error, which never shows them, when the keys are no pair of Curve keys, or this libzmq has no Curve.
Result<void> check_curve(const CurveKeys& keys);

// A new pair. Curve has to be there.
CurveKeys new_curve_keys();

// Makes a socket the server of these keys, which check_curve() has accepted. Before it is bound.
void serve_curve(zmq::socket_t& socket, const CurveKeys& keys);

}  // namespace hermit
