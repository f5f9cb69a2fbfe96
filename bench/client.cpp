// Client: frames and signatures on raw libzmq sockets.
#include "client.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>

#include <nlohmann/json.hpp>

#include "failure.hpp"

namespace hermit::bench {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view delimiter = "<IDS|MSG>";
// How often a wait looks whether the kernel is still alive.
constexpr milliseconds watch_interval{100};

// Ports below the range that the system hands out to connecting sockets. A client that tries to connect
// to a port of that range before the kernel listens there can be given that very port and meet itself.
constexpr int first_port = 20000;
constexpr int last_port = 31999;

bool is_free(int port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return bound;
}

std::string random_hex(int words) {
  std::random_device device;
  std::string text;
  for (int i = 0; i < words; ++i) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08x", device());
    text += digits;
  }
  return text;
}

std::string address(int port) { return "tcp://127.0.0.1:" + std::to_string(port); }

// Settings that every socket of the client has. Nothing is dropped here, and a kernel that is just starting
// is tried again after a millisecond, so that the wait for it does not become part of its figures.
void prepare(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.set(zmq::sockopt::rcvhwm, 0);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::reconnect_ivl, 1);
  socket.set(zmq::sockopt::rcvtimeo, static_cast<int>(watch_interval.count()));
}

}  // namespace

Connection Connection::make() {
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> any(first_port, last_port);
  Connection made;
  made.key = random_hex(4);
  std::vector<int> ports;
  while (ports.size() < 5) {
    const int port = any(random);
    if (std::find(ports.begin(), ports.end(), port) == ports.end() && is_free(port)) ports.push_back(port);
  }
  made.shell_port = ports[0];
  made.control_port = ports[1];
  made.stdin_port = ports[2];
  made.hb_port = ports[3];
  made.iopub_port = ports[4];
  return made;
}

void Connection::write(const std::filesystem::path& file) const {
  const nlohmann::json json = {{"transport", "tcp"},
                               {"ip", "127.0.0.1"},
                               {"shell_port", shell_port},
                               {"control_port", control_port},
                               {"stdin_port", stdin_port},
                               {"hb_port", hb_port},
                               {"iopub_port", iopub_port},
                               {"key", key},
                               {"signature_scheme", "hmac-sha256"},
                               {"kernel_name", "bench"}};
  std::ofstream(file) << json.dump(1) << '\n';
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

bool Message::find(const zmq::message_t& frame, std::string_view text) {
  return memmem(frame.data(), frame.size(), text.data(), text.size()) != nullptr;
}

bool Message::is(std::string_view type) const {
  std::array<char, 64> quoted;  // Longer than any message type.
  const int size =
      std::snprintf(quoted.data(), quoted.size(), "\"%.*s\"", static_cast<int>(type.size()), type.data());
  return find(header, {quoted.data(), static_cast<std::size_t>(size)});
}

bool Message::is_ok() const {
  const auto json = nlohmann::json::parse(content.to_string_view(), nullptr, false);
  return json.is_object() && json.value("status", "") == "ok";
}

Client::Client(const Connection& connection, Process& process, Ahead ahead)
    : process_(process), signer_(connection.key), session_(random_hex(2)) {
  for (zmq::socket_t* socket : {&shell_, &control_, &iopub_}) prepare(*socket);
  if (ahead == Ahead::little) {
    iopub_.set(zmq::sockopt::rcvhwm, 1);
    iopub_.set(zmq::sockopt::rcvbuf, 4096);
  }
  iopub_.set(zmq::sockopt::subscribe, "");
  iopub_.connect(address(connection.iopub_port));
  shell_.connect(address(connection.shell_port));
  control_.connect(address(connection.control_port));
}

std::string Client::send(Channel channel, std::string_view type, std::string_view content,
                         std::string_view subshell, std::string_view buffer) {
  char number[24];
  std::snprintf(number, sizeof number, "_%010llu", static_cast<unsigned long long>(++sent_));
  std::string id = session_ + number;
  std::string header =
      R"({"msg_id":")" + id + R"(","session":")" + session_ +
      R"(","username":"bench","date":"2000-01-01T00:00:00.000000Z","version":"5.3","msg_type":")";
  header.append(type).append("\"");
  if (!subshell.empty()) header.append(R"(,"subshell_id":")").append(subshell).append("\"");
  header.append("}");
  constexpr std::string_view empty = "{}";
  const auto signature = signer_.sign(header, empty, empty, content);
  zmq::socket_t& to = socket(channel);
  to.send(zmq::buffer(delimiter), zmq::send_flags::sndmore);
  to.send(zmq::buffer(signature), zmq::send_flags::sndmore);
  to.send(zmq::buffer(header), zmq::send_flags::sndmore);
  to.send(zmq::buffer(empty), zmq::send_flags::sndmore);
  to.send(zmq::buffer(empty), zmq::send_flags::sndmore);
  to.send(zmq::buffer(content), buffer.empty() ? zmq::send_flags::none : zmq::send_flags::sndmore);
  if (!buffer.empty()) to.send(zmq::buffer(buffer), zmq::send_flags::none);
  return id;
}

std::string Client::execute_content(std::string_view code) {
  return R"({"code":)" + nlohmann::json(code).dump() +
         R"(,"silent":false,"store_history":true,"user_expressions":{},)" +
         R"("allow_stdin":false,"stop_on_error":true})";
}

std::string Client::execute(std::string_view code) {
  return send(Channel::shell, "execute_request", execute_content(code));
}

std::optional<Message> Client::take(zmq::socket_t& from, zmq::recv_flags flags) {
  zmq::message_t frame;
  if (!from.recv(frame, flags)) return std::nullopt;
  // What stands before the delimiter is iopub's topic; what stands behind the content are buffers.
  while (frame.more() && frame.to_string_view() != delimiter) (void)from.recv(frame);
  Message message;
  std::array<zmq::message_t*, 5> parts{&frame, &message.header, &message.parent, &message.metadata,
                                       &message.content};
  bool more = frame.more();
  for (std::size_t i = 0; more; ++i) {
    zmq::message_t& part = i < parts.size() ? *parts[i] : frame;
    (void)from.recv(part);
    if (i >= parts.size()) message.buffered += part.size();
    more = part.more();
  }
  return message;
}

void Client::check_alive() {
  if (process_.ended()) throw Failure("the kernel died: " + process_.how_it_ended());
}

Message Client::receive(zmq::socket_t& from, Clock::time_point until, const char* what) {
  while (true) {
    if (auto message = take(from, zmq::recv_flags::none)) return std::move(*message);
    check_alive();
    if (Clock::now() >= until) throw Failure(std::string("no ") + what + " in time");
  }
}

std::optional<Message> Client::poll(Channel channel) {
  return take(socket(channel), zmq::recv_flags::dontwait);
}

std::optional<Message> Client::poll_iopub() { return take(iopub_, zmq::recv_flags::dontwait); }

void Client::wait(zmq_pollitem_t* items, int count, Clock::time_point until, const char* what) {
  while (zmq_poll(items, count, watch_interval.count()) == 0) {
    check_alive();
    if (Clock::now() >= until) throw Failure(std::string("no ") + what + " in time");
  }
}

void Client::wait_any(Channel channel, Clock::time_point until) {
  zmq_pollitem_t items[] = {{socket(channel).handle(), 0, ZMQ_POLLIN, 0},
                            {iopub_.handle(), 0, ZMQ_POLLIN, 0}};
  wait(items, 2, until, "reply or idle");
}

void Client::wait_iopub(Clock::time_point until) {
  zmq_pollitem_t item{iopub_.handle(), 0, ZMQ_POLLIN, 0};
  wait(&item, 1, until, "message on iopub");
}

Message Client::reply(Channel channel, std::string_view id, Duration limit) {
  const auto until = Clock::now() + limit;
  const char* what = channel == Channel::shell ? "reply on shell" : "reply on control";
  while (true) {
    Message message = receive(socket(channel), until, what);
    if (message.answers(id)) return message;
  }
}

void Client::until_idle(std::string_view id, Duration limit, const Sink& sink) {
  const auto until = Clock::now() + limit;
  while (true) {
    Message message = receive(iopub_, until, "idle on iopub");
    if (!message.answers(id)) continue;
    if (message.is_idle()) return;
    if (sink) sink(message);
  }
}

void Client::subscribe(Duration limit) {
  const auto until = Clock::now() + limit;
  while (true) {
    const std::string id = send(Channel::shell, "kernel_info_request");
    reply(Channel::shell, id, until - Clock::now());
    const auto patience = std::min(until, Clock::now() + watch_interval);
    while (Clock::now() < patience) {
      const auto message = take(iopub_, zmq::recv_flags::none);
      if (message && message->answers(id) && message->is_idle()) return;
    }
    if (Clock::now() >= until) throw Failure("no idle on iopub in time");
  }
}

}  // namespace hermit::bench
