// The floor: what a Jupyter kernel would cost if it were nothing but sockets and signatures.
//
// It answers with texts that are made beforehand; only the message id, the parent header and the signature
// change from one message to the next. It checks each request's signature and signs whatever it sends, as
// any kernel must. There is no JSON parser, no queue and no second thread (but for `spin`), so what a kernel
// needs beyond this program's figures is the price of being a kernel. Nobody should compute with it. Its
// subshells are words only: they are made, used and deleted for the price of the round trips.
//
// Commands it takes as code: `1+1`, `lines N`, `big N`, `spin`, and that with which progress is measured. It
// sends back whatever comes on a comm.

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "signer.hpp"

namespace {

using Frames = std::vector<zmq::message_t>;

constexpr std::string_view delimiter = "<IDS|MSG>";
// Printed text leaves in messages of this many bytes: big enough that their number does not matter.
constexpr std::size_t stream_chunk = 64 * 1024;

// The text or number that stands behind `"key":`, or nothing. Good enough for texts without escapes.
std::string_view find_value(std::string_view json, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  std::size_t at = json.find(quoted);
  if (at == std::string_view::npos) return {};
  at = json.find_first_not_of(" :", at + quoted.size());
  if (at == std::string_view::npos) return {};
  if (json[at] == '"') return json.substr(at + 1, json.find('"', at + 1) - at - 1);
  return json.substr(at, json.find_first_of(" ,}\r\n", at) - at);
}

// A header made beforehand; only the digits of its message id change.
class Header {
 public:
  explicit Header(const std::string& type)
      : text_(R"({"msg_id":"floor-0000000000","session":"floor","username":"floor",)"
              R"("date":"2000-01-01T00:00:00.000000Z","version":"5.3","msg_type":")" +
              type + "\"}") {}

  const std::string& next() {
    std::size_t digit = last_digit;
    for (; text_[digit] == '9'; --digit) text_[digit] = '0';
    ++text_[digit];
    return text_;
  }

 private:
  static constexpr std::size_t last_digit = std::string_view(R"({"msg_id":"floor-000000000)").size();
  std::string text_;
};

// The sockets of a kernel and what it says on them.
class Floor {
 public:
  explicit Floor(const std::string& connection) : signer_(find_value(connection, "key")) {
    bind(shell_, connection, "shell_port");
    bind(control_, connection, "control_port");
    bind(stdin_, connection, "stdin_port");
    bind(heartbeat_, connection, "hb_port");
    bind(iopub_, connection, "iopub_port");
  }
  ~Floor() { end_spin(); }

  // Answers until a shutdown_request has been answered.
  void run() {
    zmq_pollitem_t items[] = {{shell_.handle(), 0, ZMQ_POLLIN, 0},
                              {control_.handle(), 0, ZMQ_POLLIN, 0},
                              {stdin_.handle(), 0, ZMQ_POLLIN, 0},
                              {heartbeat_.handle(), 0, ZMQ_POLLIN, 0},
                              {iopub_.handle(), 0, ZMQ_POLLIN, 0}};
    while (!finished_) {
      zmq_poll(items, std::size(items), -1);
      while (receive(control_)) answer(control_);
      while (receive(shell_)) answer(shell_);
      while (receive(stdin_)) continue;  // Nobody is ever asked for input here.
      while (receive(iopub_)) continue;  // Subscriptions; libzmq has noted them already.
      while (receive(heartbeat_)) {
        for (std::size_t i = 0; i < frames_.size(); ++i) send(heartbeat_, frames_[i], i + 1 < frames_.size());
      }
    }
  }

 private:
  void bind(zmq::socket_t& socket, const std::string& connection, std::string_view port) {
    socket.set(zmq::sockopt::sndhwm, 0);
    socket.set(zmq::sockopt::rcvhwm, 0);
    socket.set(zmq::sockopt::linger, 1000);
    const std::string transport(find_value(connection, "transport"));
    const std::string separator = transport == "ipc" ? "-" : ":";
    socket.bind(transport + "://" + std::string(find_value(connection, "ip")) + separator +
                std::string(find_value(connection, port)));
  }

  bool receive(zmq::socket_t& socket) {
    frames_.clear();
    do {
      zmq::message_t& frame = frames_.emplace_back();
      if (!socket.recv(frame, zmq::recv_flags::dontwait)) return false;
    } while (frames_.back().more());
    return true;
  }

  static void send(zmq::socket_t& socket, zmq::message_t& frame, bool more) {
    socket.send(frame, more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
  static void send(zmq::socket_t& socket, std::string_view text, bool more) {
    socket.send(zmq::buffer(text), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }

  // Sends the frames that every message has; whoever calls it has sent the address before.
  void send_signed(zmq::socket_t& socket, Header& header, const zmq::message_t& parent, std::string content,
                   bool buffers_follow = false) {
    const std::string& head = header.next();
    const auto signature = signer_.sign(head, parent.to_string_view(), "{}", content);
    send(socket, delimiter, true);
    send(socket, {signature.data(), signature.size()}, true);
    send(socket, head, true);
    zmq::message_t shared;  // Shares the bytes of a long parent instead of copying them.
    zmq_msg_copy(shared.handle(), const_cast<zmq_msg_t*>(parent.handle()));
    send(socket, shared, true);
    send(socket, "{}", true);
    if (content.size() < stream_chunk) return send(socket, content, buffers_follow);
    auto* owned = new std::string(std::move(content));
    zmq::message_t big(
        owned->data(), owned->size(), [](void*, void* hint) { delete static_cast<std::string*>(hint); },
        owned);
    send(socket, big, buffers_follow);
  }

  void publish(const char* topic, Header& header, const zmq::message_t& parent, std::string content) {
    send(iopub_, topic, true);
    send_signed(iopub_, header, parent, std::move(content));
  }
  void status(const char* state, const zmq::message_t& parent) {
    publish("status", status_, parent, std::string(R"({"execution_state":")") + state + "\"}");
  }
  void print(const std::string& escaped, const zmq::message_t& parent) {
    publish("stream.stdout", stream_, parent, R"({"name":"stdout","text":")" + escaped + "\"}");
  }

  // Answers the request in frames_: address, delimiter, signature, header, parent, metadata, content.
  void answer(zmq::socket_t& socket) {
    if (frames_.size() < 7 || frames_[1].to_string_view() != delimiter ||
        !signer_.verify(frames_[2].to_string_view(), frames_[3].to_string_view(), frames_[4].to_string_view(),
                        frames_[5].to_string_view(), frames_[6].to_string_view())) {
      return;
    }
    const std::string_view type = find_value(frames_[3].to_string_view(), "msg_type");
    const zmq::message_t& request = frames_[3];
    status("busy", request);
    if (type == "execute_request") {
      execute(find_value(frames_[6].to_string_view(), "code"));
      return;
    }
    if (type.starts_with("comm_")) {
      if (type == "comm_msg") send_back(request);
      return status("idle", request);
    }
    if (type == "interrupt_request") end_spin();
    send(socket, frames_[0], true);
    if (type == "kernel_info_request") {
      send_signed(socket, kernel_info_, request, kernel_info);
    } else if (type == "create_subshell_request") {
      send_signed(socket, create_subshell_, request, R"({"status":"ok","subshell_id":"floor"})");
    } else {
      Header& header = type == "interrupt_request"         ? interrupt_
                       : type == "delete_subshell_request" ? delete_subshell_
                                                           : shutdown_;
      send_signed(socket, header, request, R"({"status":"ok"})");
    }
    finished_ = type == "shutdown_request";
    status("idle", request);
  }

  // What came on a comm, as it came.
  void send_back(const zmq::message_t& request) {
    send(iopub_, "comm_msg", true);
    send_signed(iopub_, comm_, request, frames_[6].to_string(), frames_.size() > 7);
    for (std::size_t i = 7; i < frames_.size(); ++i) send(iopub_, frames_[i], i + 1 < frames_.size());
  }

  void execute(std::string_view code) {
    const zmq::message_t& request = frames_[3];
    publish("execute_input", input_, request,
            R"({"code":")" + std::string(code) + R"(","execution_count":1})");
    if (code == "spin") return begin_spin();
    std::size_t count = 0;
    const std::string_view number =
        code.substr(code.find(' ') == std::string_view::npos ? 0 : code.find(' ') + 1);
    std::from_chars(number.data(), number.data() + number.size(), count);
    if (code.starts_with("lines ")) print_lines(count, request);
    if (code.starts_with("big ")) print(std::string(count, 'x') + "\\n", request);
    if (code.starts_with("echo first")) {
      print("first\\nsecond\\n", request);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (code == "1+1") publish("execute_result", result_, request, two);
    send(shell_, frames_[0], true);
    send_signed(shell_, execute_, request, R"({"status":"ok","execution_count":1,"user_expressions":{}})");
    status("idle", request);
  }

  void print_lines(std::size_t count, const zmq::message_t& request) {
    std::string text;
    for (std::size_t line = 0; line < count; ++line) {
      text += "line " + std::to_string(line) + "\\n";
      if (text.size() >= stream_chunk) print(std::exchange(text, {}), request);
    }
    print(text, request);
  }

  // A cell that only an interrupt ends. Its thread keeps a processor busy, as user code would.
  void begin_spin() {
    end_spin();
    spinning_ = std::move(frames_);
    spin_ = true;
    spinner_ = std::thread([this] {
      while (spin_.load(std::memory_order_relaxed)) continue;
    });
  }
  void end_spin() {
    if (!spinner_.joinable()) return;
    spin_ = false;
    spinner_.join();
    send(shell_, spinning_[0], true);
    send_signed(shell_, execute_, spinning_[3],
                R"({"status":"error","ename":"Interrupt","evalue":"","traceback":[],"execution_count":1})");
    status("idle", spinning_[3]);
  }

  static constexpr const char* two = R"({"data":{"text/plain":"2"},"metadata":{},"execution_count":1})";
  static constexpr const char* kernel_info =
      R"({"status":"ok","protocol_version":"5.3","implementation":"floor","implementation_version":"1",)"
      R"("language_info":{"name":"none","version":"1","mimetype":"text/plain","file_extension":".txt"},)"
      R"("banner":"The floor","help_links":[],"debugger":false,"supported_features":["kernel subshells"]})";

  zmq::context_t context_;
  zmq::socket_t shell_{context_, ZMQ_ROUTER};
  zmq::socket_t control_{context_, ZMQ_ROUTER};
  zmq::socket_t stdin_{context_, ZMQ_ROUTER};
  zmq::socket_t heartbeat_{context_, ZMQ_ROUTER};
  zmq::socket_t iopub_{context_, ZMQ_XPUB};
  hermit::bench::Signer signer_;
  Frames frames_;
  bool finished_ = false;
  Header status_{"status"}, stream_{"stream"}, input_{"execute_input"}, result_{"execute_result"};
  Header kernel_info_{"kernel_info_reply"}, execute_{"execute_reply"}, interrupt_{"interrupt_reply"};
  Header shutdown_{"shutdown_reply"}, comm_{"comm_msg"};
  Header create_subshell_{"create_subshell_reply"}, delete_subshell_{"delete_subshell_reply"};
  std::atomic<bool> spin_ = false;
  std::thread spinner_;
  Frames spinning_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], "-f") != 0) {
    std::fputs("usage: hermit-floor -f CONNECTION_FILE\n", stderr);
    return 2;
  }
  std::ifstream file(argv[2]);
  const std::string connection((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (find_value(connection, "key").empty()) {
    std::fprintf(stderr, "hermit-floor: %s: no connection file, or one without a key\n", argv[2]);
    return 1;
  }
  try {
    Floor(connection).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hermit-floor: %s: %s\n", argv[2], error.what());
    return 1;
  }
}
