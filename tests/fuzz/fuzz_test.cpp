// Random and mutated frames at every socket of a running kernel, and random bytes at its ports: whatever
// comes, the kernel lives, and every well-formed request is answered exactly once.
//
// The seeds are fixed, so that a failure happens again. HERMIT_FUZZ_FACTOR in the environment multiplies how
// much is thrown.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "support/kernel_spec.hpp"
#include "support/ports.hpp"

namespace hermit::tests {
namespace {

int rounds(int count) {
  const char* factor = std::getenv("HERMIT_FUZZ_FACTOR");
  return factor == nullptr ? count : count * std::max(1, std::atoi(factor));
}

// Makes bytes, texts and messages up.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::size_t number(std::size_t limit) { return random_() % limit; }

  std::string bytes(std::size_t limit) {
    std::string bytes(number(limit + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  template <class Items>
  const auto& one_of(const Items& items) {
    return items[number(std::size(items))];
  }

  // A text with a few bytes changed, taken away, added, or cut off.
  std::string mutated(std::string text) {
    for (std::size_t i = 1 + number(3); i > 0; --i) {
      if (text.empty()) return bytes(8);
      const std::size_t place = number(text.size());
      switch (number(5)) {
        case 0:
          text[place] = static_cast<char>(random_());
          break;
        case 1:
          text.erase(place, 1 + number(4));
          break;
        case 2:
          text.insert(place, bytes(4));
          break;
        case 3:
          text.resize(place);
          break;
        default:
          text.insert(place, text.substr(number(text.size()), number(20)));
          break;
      }
    }
    return text;
  }

  // A JSON value, often of a type that nobody expects.
  Json value(int depth = 0) {
    static const Json odd[] = {nullptr,
                               true,
                               -1,
                               1e300,
                               18446744073709551615ULL,
                               "",
                               "text",
                               "\xF0\x9D\x94\xB8",
                               0.5,
                               9223372036854775807LL,
                               "1+1",
                               "tail",
                               "range",
                               "search"};
    if (depth > 3 || number(3) != 0) return one_of(odd);
    Json made = number(2) == 0 ? Json::array() : Json::object();
    for (std::size_t i = number(4); i > 0; --i) {
      if (made.is_array()) made.push_back(value(depth + 1));
      if (made.is_object()) made["k" + std::to_string(i)] = value(depth + 1);
    }
    return made;
  }

  // Content with the fields of many requests, any of them odd or missing.
  Json content() {
    static const char* const fields[] = {
        "code",        "cursor_pos",   "silent",           "store_history",    "allow_stdin",
        "n",           "detail_level", "hist_access_type", "pattern",          "session",
        "start",       "stop",         "output",           "user_expressions", "comm_id",
        "target_name", "data",         "subshell_id",      "stop_on_error",    "unique"};
    Json content = Json::object();
    for (std::size_t i = number(8); i > 0; --i) content[one_of(fields)] = value();
    if (number(2) == 0) content["code"] = one_of(codes);
    return content;
  }

  // Cells that end by themselves.
  static constexpr const char* codes[] = {
      "nop",       "1+1",    "echo text", "fail",        "lines 20",   "raw ff fe", "nonsense",  "",
      "pending 1", "late x", "bundle",    "display d i", "update i t", "clear 1",   "status -5", "err text"};
  // All but shutdown, which ends the kernel, and input_reply, which has no answer.
  static constexpr const char* types[] = {"kernel_info_request",
                                          "comm_info_request",
                                          "execute_request",
                                          "complete_request",
                                          "is_complete_request",
                                          "inspect_request",
                                          "history_request",
                                          "comm_open",
                                          "comm_msg",
                                          "comm_close",
                                          "interrupt_request",
                                          "debug_request",
                                          "create_subshell_request",
                                          "delete_subshell_request",
                                          "list_subshell_request",
                                          "unknown_request",
                                          "unknown"};

 private:
  std::mt19937 random_;
};

constexpr Channel channels[] = {Channel::shell, Channel::control, Channel::stdin_};

// A connection to one of the kernel's ports, without ZeroMQ.
Descriptor connect_to(std::uint16_t port) {
  Descriptor to(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(connect(to.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return to;
}

void write_all(const Descriptor& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return;  // the kernel has hung up, as it may
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

}  // namespace

class FuzzTest : public ZmqSpec {
 protected:
  void SetUp() override { start({.arguments = {"--log-level=off"}}); }

  // Every kind of request is answered once.
  void expect_good() {
    for (const char* type :
         {"kernel_info_request", "complete_request", "history_request", "execute_request"}) {
      for (const Channel channel : {Channel::shell, Channel::control}) {
        const auto answer = client().request(
            channel, type, {{"code", "1+1"}, {"cursor_pos", 0}, {"hist_access_type", "tail"}, {"n", 1}});
        ASSERT_TRUE(answer.wait()) << type;
        ASSERT_EQ(answer.status(), "ok") << type;
        ASSERT_EQ(answer.replies_so_far().size(), 1U) << type;
      }
    }
    ASSERT_TRUE(transport_of(client()).beat("alive", soon()));
  }
};
HERMIT_SPEC_OVER(FuzzTest, std::vector<std::string>{"zmq"});

TEST_P(FuzzTest, RandomFrames) {
  Maker maker(1);
  for (int round = 0; round < rounds(300); ++round) {
    std::vector<std::string> frames;
    for (std::size_t i = 1 + maker.number(9); i > 0; --i) {
      frames.push_back(maker.number(4) == 0 ? "<IDS|MSG>" : maker.bytes(100));
    }
    for (const Channel channel : channels) transport_of(client()).send_frames(channel, frames);
    transport_of(client()).send_heartbeat(frames);
  }
  expect_good();
}

TEST_P(FuzzTest, MutatedFrames) {
  Maker maker(2);
  for (int round = 0; round < rounds(600); ++round) {
    auto frames =
        transport_of(client()).frames_of(client().message(maker.one_of(Maker::types), maker.content()));
    std::string& frame = frames[maker.number(frames.size())];
    frame = maker.mutated(frame);
    if (maker.number(8) == 0)
      frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(maker.number(frames.size())));
    transport_of(client()).send_frames(maker.one_of(channels), frames);
  }
  expect_good();
}

TEST_P(FuzzTest, SignedMessagesWithMutatedParts) {
  Maker maker(3);
  for (int round = 0; round < rounds(600); ++round) {
    Message message = client().message(maker.one_of(Maker::types), maker.content());
    Bytes* const parts[] = {&message.header, &message.parent_header, &message.metadata, &message.content};
    Bytes& part = *parts[maker.number(4)];
    part = maker.mutated(std::string(part.view()));
    for (std::size_t i = maker.number(3); i > 0; --i) message.buffers.emplace_back(maker.bytes(50));
    transport_of(client()).send(maker.one_of(channels), std::move(message));
    if (round % 100 == 0) client().receive_waiting();
  }
  client().interrupt().wait();
  expect_good();
}

TEST_P(FuzzTest, WellFormedRequestsWithOddContentAreAnsweredExactlyOnce) {
  Maker maker(4);
  std::vector<std::pair<std::string, Answer>> sent;
  for (int round = 0; round < rounds(400); ++round) {
    Message message = client().message(maker.one_of(Maker::types), maker.content());
    std::string what(message.header.view());
    what.append(" ").append(message.content.view());
    sent.emplace_back(std::move(what), client().request(maker.one_of(channels), std::move(message)));
    if (sent.size() < 20) continue;
    for (const auto& [text, answer] : sent) {
      ASSERT_TRUE(answer.wait()) << text;
      ASSERT_LE(answer.replies_so_far().size(), 1U) << text;
      ASSERT_EQ(answer.messages("status").size(), 2U) << text;
      ASSERT_EQ(answer.messages("status").front().field("execution_state"), "busy") << text;
    }
    sent.clear();
  }
  expect_good();
}

TEST_P(FuzzTest, OddSubscriptions) {
  Maker maker(5);
  for (int round = 0; round < rounds(50); ++round) {
    const std::string topic = maker.bytes(40);
    kernel().connect({topic, maker.bytes(2000)});
  }
  expect_good();
}

TEST_P(FuzzTest, RandomBytesOnEveryPort) {
  Maker maker(6);
  // What a ZeroMQ peer would begin with (its greeting), so that some bytes get further than the first check.
  const std::string greeting = std::string("\xff\0\0\0\0\0\0\0\0\x7f\x03\0NULL", 16) + std::string(48, '\0');
  const Ports& ports = kernel().connection().ports;
  for (int round = 0; round < rounds(40); ++round) {
    for (const auto port : {ports.shell, ports.control, ports.stdin_, ports.iopub, ports.heartbeat}) {
      const Descriptor to = connect_to(port);
      if (maker.number(2) == 0) write_all(to, maker.number(2) == 0 ? greeting : maker.mutated(greeting));
      write_all(to, maker.bytes(3000));
    }
  }
  expect_good();
}

TEST_P(FuzzTest, ConnectionsThatAreHeldOpenAndSayNothing) {
  std::vector<Descriptor> held;
  const Ports& ports = kernel().connection().ports;
  for (int i = 0; i < 50; ++i) {
    for (const auto port : {ports.shell, ports.control, ports.stdin_, ports.iopub, ports.heartbeat}) {
      held.push_back(connect_to(port));
    }
  }
  expect_good();
}

}  // namespace hermit::tests
