#include "interface/registration.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <zmq.hpp>

#include "interface/zmq_frames.hpp"
#include "protocol/json.hpp"
#include "protocol/signature.hpp"
#include "protocol/wire.hpp"

namespace hermit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view acknowledgement = "ACK";

// What a launcher needs to reach the kernel. Ports are numbers or text, as the launcher wrote its own: those
// that are written with xeus know them as text only.
std::string report_of(const Connection& connection) {
  Json report = {{"kernel_id", connection.registration->kernel_id}};
  for (const auto& [name, port] : named_ports(connection.ports)) {
    report[name] = connection.registration->ports_as_text ? Json(std::to_string(port)) : Json(port);
  }
  return report.dump();
}

// Why a message is no acknowledgement; nothing when it is one. It has the signature of its one part, and
// before that, identities and a delimiter.
std::optional<std::string> check_acknowledgement(const std::vector<Bytes>& frames, const Signer& signer) {
  const auto delimiter = std::find_if(frames.begin(), frames.end(),
                                      [](const Bytes& frame) { return frame.view() == wire_delimiter; });
  if (frames.end() - delimiter < 3) return "a message that is no acknowledgement";
  if (!signer.check(delimiter[1].view(), {delimiter[2].view()})) return "a message with a wrong signature";
  if (delimiter[2].view() != acknowledgement) return "a message that is no acknowledgement";
  return std::nullopt;
}

// One registration; the socket is closed at its end, and nothing of it lingers.
class Registering {
 public:
  Registering(const Connection& connection, Signer signer)
      : connection_(connection),
        signer_(std::move(signer)),
        address_(endpoint(connection.transport, connection.registration->ip, connection.registration->port)),
        socket_(context_, zmq::socket_type::dealer) {}

  Result<void> run(std::chrono::duration<double> limit, const std::vector<int>& stop) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::maxmsgsize, largest_message);
    if (connection_.transport == "tcp" && is_ipv6(connection_.registration->ip))
      socket_.set(zmq::sockopt::ipv6, true);
    socket_.connect(address_);
    const std::string report = report_of(connection_);
    send_frames(socket_, {Bytes(std::string(wire_delimiter)), Bytes(signer_.sign({report})), Bytes(report)});
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
    for (;;) {
      const auto frames = receive_frames(socket_);
      if (!frames.empty()) {
        const auto problem = check_acknowledgement(frames, signer_);
        return problem ? failure("it answered with " + *problem) : Result<void>();
      }
      if (Clock::now() >= deadline) {
        std::ostringstream seconds;
        seconds << limit.count();
        return failure("it has not acknowledged the kernel within " + seconds.str() + " seconds");
      }
      if (wait(deadline, stop)) return failure("the kernel was told to end before it answered");
    }
  }

  Error failure(const std::string& problem) const {
    return Error{"registration at " + address_ + ": " + problem};
  }

 private:
  // An acknowledgement has less than 200 bytes.
  static constexpr std::int64_t largest_message = 1 << 16;

  // Waits for a message; true when one of `stop` can be read instead.
  bool wait(Clock::time_point deadline, const std::vector<int>& stop) {
    std::vector<zmq::pollitem_t> items{{socket_.handle(), 0, ZMQ_POLLIN, 0}};
    for (const int fd : stop) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    try {
      zmq::poll(items, std::max(left, std::chrono::milliseconds(0)));
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
      return false;
    }
    return std::any_of(items.begin() + 1, items.end(), [](const auto& item) { return item.revents != 0; });
  }

  const Connection& connection_;
  const Signer signer_;
  const std::string address_;
  zmq::context_t context_{1};
  zmq::socket_t socket_;
};

}  // namespace

Result<void> register_kernel(const Connection& connection, std::chrono::duration<double> limit,
                             const std::vector<int>& stop) {
  auto signer = Signer::make(connection.key, connection.signature_scheme);
  if (!signer) return signer.error();
  Registering registering(connection, std::move(*signer));
  try {
    return registering.run(limit, stop);
  } catch (const zmq::error_t& error) {
    return registering.failure(error.what());
  }
}

}  // namespace hermit
