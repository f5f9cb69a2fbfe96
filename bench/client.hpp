// Client: the benchmark's own Jupyter client, as thin as a client can be.
//
// It speaks to every kernel through the same few functions, so that what differs between two figures is the
// kernel. Requests are put together from prepared texts and signed; replies are recognised by looking for a
// message id in the parent header, and nothing is parsed while time is taken.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.hpp>

#include "process.hpp"
#include "signer.hpp"

namespace hermit::bench {

// Where a kernel listens, and its key: what stands in a connection file. TCP on the loopback interface.
struct Connection {
  int shell_port = 0, control_port = 0, stdin_port = 0, hb_port = 0, iopub_port = 0;
  std::string key;

  // Five ports that were free a moment ago, and a fresh key.
  static Connection make();
  void write(const std::filesystem::path& file) const;
};

enum class Channel { shell, control };

// A message that came from the kernel.
struct Message {
  zmq::message_t header, parent, metadata, content;
  std::size_t buffered = 0;  // bytes in buffers, which are not kept

  // Whether its header names this message type.
  bool is(std::string_view type) const;
  // Whether it belongs to the request with this id.
  bool answers(std::string_view id) const { return find(parent, id); }
  // Whether it is the status message "idle".
  bool is_idle() const { return is("status") && find(content, "\"idle\""); }
  // Whether this stands in its content.
  bool says(std::string_view text) const { return find(content, text); }
  // A reply of status "ok".
  bool is_ok() const;

 private:
  static bool find(const zmq::message_t& frame, std::string_view text);
};

// The client's ends of one kernel's sockets. `process` is watched while it waits, so that the death of a
// kernel ends a wait at once. For one thread.
class Client {
 public:
  using Duration = std::chrono::nanoseconds;
  using Sink = std::function<void(Message&)>;

  // Whether the system and ZeroMQ take from iopub what the client has not asked for yet.
  enum class Ahead { all, little };

  Client(const Connection& connection, Process& process, Ahead ahead = Ahead::all);

  // Sends a request and returns its id. `subshell` is the id of the one it is for, "" for the main shell;
  // with an empty `buffer` the message has none.
  std::string send(Channel channel, std::string_view type, std::string_view content = "{}",
                   std::string_view subshell = {}, std::string_view buffer = {});
  // Sends an execute_request for `code`.
  std::string execute(std::string_view code);
  // The content of such a request.
  static std::string execute_content(std::string_view code);

  // The next message that has come already.
  std::optional<Message> poll(Channel channel);
  std::optional<Message> poll_iopub();
  // Waits until something can be read on the channel or on iopub. Throws Failure at `until`.
  void wait_any(Channel channel, Clock::time_point until);
  // The same for iopub alone.
  void wait_iopub(Clock::time_point until);

  // The reply to request `id`; replies to other requests are passed over. Throws Failure after `limit`.
  Message reply(Channel channel, std::string_view id, Duration limit);
  // Reads iopub until the idle of request `id`; gives each message of that request to `sink`.
  // Throws Failure after `limit`.
  void until_idle(std::string_view id, Duration limit, const Sink& sink = {});
  // Asks until iopub's messages arrive here, as a subscription takes effect late. Throws Failure.
  void subscribe(Duration limit);

 private:
  zmq::socket_t& socket(Channel channel) { return channel == Channel::shell ? shell_ : control_; }
  std::optional<Message> take(zmq::socket_t& socket, zmq::recv_flags flags);
  Message receive(zmq::socket_t& socket, Clock::time_point until, const char* what);
  void wait(zmq_pollitem_t* items, int count, Clock::time_point until, const char* what);
  void check_alive();

  Process& process_;
  Signer signer_;
  zmq::context_t context_;
  zmq::socket_t shell_{context_, ZMQ_DEALER};
  zmq::socket_t control_{context_, ZMQ_DEALER};
  zmq::socket_t iopub_{context_, ZMQ_SUB};
  std::string session_;
  std::uint64_t sent_ = 0;
};

}  // namespace hermit::bench
