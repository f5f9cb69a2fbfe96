// Clients that are slow to take output, or never do (K10, N7): what waits, what goes on, what is dropped. The
// readers here are bare sockets with small buffers, which take a message only when they are told to.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "protocol/wire.hpp"
#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

using namespace std::chrono_literals;

// Printed text that fits into no buffers on the way: those of the sockets have some megabytes.
constexpr int many = 1'500'000;

// For a kernel whose queue is full at once; as long as no stall is meant, none comes.
const std::vector<std::string> small_buffer = {"--iopub_buffer=1048576", "--iopub_stall=3600",
                                               "--log_level=debug"};
const std::vector<std::string> short_stall = {"--iopub_buffer=1048576", "--iopub_stall=0.1",
                                              "--log_level=debug"};

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

// The numbers in what is left of numbered_lines().
std::vector<int> line_numbers(const std::string& text) {
  std::vector<int> numbers;
  std::istringstream lines(text);
  for (std::string word; lines >> word >> numbers.emplace_back();) {
  }
  numbers.pop_back();
  return numbers;
}

// A subscriber that reads nothing but in take().
class Reader {
 public:
  explicit Reader(const ZmqKernel& kernel)
      : signer_(std::move(*Signer::make(kernel.connection().key, kernel.connection().signature_scheme))),
        socket_(context_, zmq::socket_type::sub) {
    socket_.set(zmq::sockopt::rcvhwm, 1);
    socket_.set(zmq::sockopt::rcvbuf, 1 << 16);
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvtimeo, static_cast<int>(std::chrono::milliseconds(patience).count()));
    socket_.set(zmq::sockopt::subscribe, "");
    socket_.connect(kernel.connection().endpoint(kernel.connection().ports.iopub));
    take_until([](const Message& message) { return type(message) == "iopub_welcome"; });
  }

  // Goes away.
  void disconnect() { socket_.close(); }

  // Takes messages, and keeps the text of stdout, until `last` holds of one; fails when none comes.
  void take_until(const std::function<bool(const Message&)>& last) {
    for (;;) {
      const auto message = take();
      if (!message) return ADD_FAILURE() << "what a reader waits for has not come";
      if (last(*message)) return;
    }
  }
  // The same until the request is done.
  void take_until_idle(const Answer& answer) {
    take_until([&](const Message& message) { return is_idle(message, answer); });
  }
  // Whether a message says that the request is done.
  static bool is_idle(const Message& message, const Answer& answer) {
    return type(message) == "status" && parent_msg_id(message.parent_header.view()) == answer.msg_id() &&
           message.content.view().find("idle") != std::string_view::npos;
  }

  const std::string& text() const { return text_; }

 private:
  static std::string type(const Message& message) { return parse_header(message.header.view())->msg_type; }

  std::optional<Message> take() {
    std::vector<Bytes> frames;
    for (bool more = true; more;) {
      zmq::message_t part;
      if (!socket_.recv(part)) return std::nullopt;
      more = part.more();
      frames.emplace_back(part.to_string());
    }
    auto read = read_frames(std::move(frames), signer_);
    if (!read) return std::nullopt;
    if (type(read->message) == "stream") {
      const Json content = *parse_json(read->message.content.view());
      if (content["name"] == "stdout") text_ += content["text"].get<std::string>();
    }
    return std::move(read->message);
  }

  const Signer signer_;
  zmq::context_t context_;
  zmq::socket_t socket_;
  std::string text_;
};

// The most memory that a process has had, in bytes.
std::size_t peak_memory(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) << 10;
  }
  return 0;
}

bool has_reply(const Answer& answer) { return !answer.replies_so_far().empty(); }

}  // namespace

class SlowReaderSpec : public ZmqSpec {
 protected:
  // Waits until so much waits for readers that cells do too; the heartbeat is alive meanwhile.
  void wait_until_full() {
    auto& transport = transport_of(client());
    const auto end = soon();
    while (kernel().log().find("cells that print wait") == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "output was never too much";
      ASSERT_TRUE(transport.beat("still there", soon()));
    }
  }
  // Waits for the reply only: what is published does not come while a reader is stuck.
  static void expect_reply(const Answer& answer, const std::string& status) {
    ASSERT_TRUE(answer.wait_until(has_reply));
    EXPECT_EQ(answer.replies_so_far().at(0).field("status"), status);
  }
  // The kernel answers in every way that prints nothing.
  void expect_alive() {
    ASSERT_TRUE(transport_of(client()).beat("still there", soon()));
    expect_reply(client().kernel_info(), "ok");
    expect_reply(client().kernel_info(Channel::control), "ok");
    expect_reply(client().complete("ech", 3), "ok");
  }
};

HERMIT_SPEC_OVER(SlowReaderSpec, std::vector<std::string>{"zmq"});

TEST_P(SlowReaderSpec, AReaderThatPausesMissesNothingAndNeitherDoesAFastOne) {
  start({.arguments = small_buffer});
  client();
  Reader reader(kernel());
  const auto cell = client().execute("lines " + std::to_string(many));
  wait_until_full();
  expect_alive();
  EXPECT_FALSE(has_reply(cell)) << "the cell does not wait";

  reader.take_until_idle(cell);
  EXPECT_TRUE(reader.text() == numbered_lines(many));
  EXPECT_EQ(cell.status(), "ok");
  EXPECT_TRUE(cell.stdout_text() == numbered_lines(many));
  EXPECT_EQ(cell.stderr_text(), "");
}

TEST_P(SlowReaderSpec, AReaderThatDisconnectsHalfwayLetsTheOthersGoOn) {
  start({.arguments = small_buffer});
  client();
  Reader reader(kernel());
  const auto cell = client().execute("lines " + std::to_string(many));
  wait_until_full();
  reader.disconnect();

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_TRUE(cell.stdout_text() == numbered_lines(many));
}

TEST_P(SlowReaderSpec, AfterAStallTextIsDroppedAndAllElseIsKept) {
  start({.arguments = short_stall});
  client();
  Reader reader(kernel());
  const auto cell =
      client().execute("lines " + std::to_string(many) + "\ndisplay shown\nvalue worth it\nfail");
  expect_reply(cell, "error");  // it ends, although nobody reads
  const auto next = client().execute("echo more\n1+1");
  expect_reply(next, "ok");
  reader.disconnect();

  ASSERT_TRUE(next.wait());
  const std::vector<int> numbers = line_numbers(cell.stdout_text());
  EXPECT_LT(numbers.size(), static_cast<std::size_t>(many));
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << "the order is lost";
  EXPECT_EQ(cell.messages("display_data").size(), 1U);
  EXPECT_EQ(cell.result_text(), "worth it");
  EXPECT_EQ(cell.messages("error").size(), 1U);
  EXPECT_EQ(cell.messages("status").size(), 2U);
  EXPECT_EQ(next.result_text(), "2");

  // How much it was is said. The buffers of the system may take a little between two stalls.
  EXPECT_THAT(cell.stderr_text(), HasSubstr("were dropped"));
  if (next.stdout_text().empty()) {
    EXPECT_THAT(next.stderr_text(), HasSubstr("1 messages"));
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(SlowReaderSpec, TextThatIsDroppedAfterItsCellHasEndedIsToldWhenAReaderGoesOn) {
  start({.arguments = short_stall});
  client();
  Reader reader(kernel());
  // The first cell ends before it is too much, the second makes it so.
  const auto filler = client().execute("lines " + std::to_string(many / 2));
  const auto cell = client().execute("lines " + std::to_string(many));
  expect_reply(cell, "ok");
  EXPECT_THAT(kernel().log(), HasSubstr("text of cells is dropped"));

  reader.take_until_idle(cell);
  ASSERT_TRUE(cell.wait());
  EXPECT_THAT(cell.stderr_text(), HasSubstr("were dropped"));
  EXPECT_TRUE(filler.wait());
  const auto after = client().execute("echo after");
  reader.take_until_idle(after);
  EXPECT_THAT(reader.text(), EndsWith("after\n"));
  EXPECT_EQ(after.stderr_text(), "");
}

TEST_P(SlowReaderSpec, ACellThatWaitsIsInterruptedAndMemoryStaysBounded) {
  start({.arguments = small_buffer});
  client();
  const std::size_t before = peak_memory(kernel().process().pid());
  Reader reader(kernel());
  const auto cell = client().execute("lines 1000000000");
  wait_until_full();
  expect_reply(client().interrupt(), "ok");
  expect_reply(cell, "error");
  EXPECT_EQ(cell.replies_so_far().at(0).field("ename"), "KernelInterrupt");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // The queue has one megabyte, ZeroMQ a few.
  EXPECT_LT(peak_memory(kernel().process().pid()) - before, std::size_t{24} << 20);
#endif

  reader.disconnect();
  EXPECT_TRUE(kernel_works());
}

TEST_P(SlowReaderSpec, ADisplayWaitsAndIsInterruptedToo) {
  start({.arguments = small_buffer});
  client();
  Reader reader(kernel());
  const auto filler = client().execute("# thread\nlines 1000000000");
  wait_until_full();
  const auto cell = client().execute("set begun 1\ndisplay shown\nset ended 1");
  expect_reply(client().execute("# thread\nawait begun"), "ok");
  EXPECT_FALSE(has_reply(cell));
  expect_reply(client().interrupt(), "ok");
  expect_reply(cell, "error");
  expect_reply(filler, "error");

  reader.disconnect();
  ASSERT_TRUE(cell.wait());
  EXPECT_EQ(cell.messages("display_data").size(), 1U) << "what was given is kept";
  EXPECT_TRUE(kernel_works());
}

TEST_P(SlowReaderSpec, ATimeoutEndsACellThatWaits) {
  start({.arguments = small_buffer});
  client();
  Reader reader(kernel());
  const auto cell = client().execute("lines 1000000000", {.metadata = {{"timeout", 0.5}}});
  expect_reply(cell, "error");
  EXPECT_EQ(cell.replies_so_far().at(0).field("ename"), "TimeoutError");
  reader.disconnect();
  EXPECT_TRUE(kernel_works());
}

TEST_P(SlowReaderSpec, ASubshellWhoseCellWaitsCanBeDeleted) {
  start({.arguments = small_buffer});
  const auto created = client().request(Channel::control, "create_subshell_request");
  const Json id = created.reply_field("subshell_id");
  Reader reader(kernel());
  Message message = client().message("execute_request", {{"code", "lines 1000000000"}});
  Json header = *parse_json(message.header.view());
  header["subshell_id"] = id;
  message.header = dump_json(header);
  const auto cell = client().request(Channel::shell, std::move(message));
  wait_until_full();
  expect_reply(client().execute("nop"), "ok");  // the main shell is free
  expect_reply(client().request(Channel::control, "delete_subshell_request", {{"subshell_id", id}}), "ok");
  expect_reply(cell, "error");
  reader.disconnect();
  EXPECT_TRUE(kernel_works());
}

TEST_P(SlowReaderSpec, AKernelWhoseCellWaitsIsShutDown) {
  start({.arguments = small_buffer});
  client();
  Reader reader(kernel());
  const auto cell = client().execute("lines 1000000000");
  wait_until_full();
  expect_reply(client().shutdown(), "ok");
  EXPECT_EQ(expect_end().exit_code, 0);
  expect_reply(cell, "error");
}

TEST_P(SlowReaderSpec, CellsThatWaitSideBySideAllGoOn) {
  start({.arguments = small_buffer});
  client();
  Reader reader(kernel());
  std::vector<Answer> cells;
  for (int i = 0; i < 4; ++i) {
    cells.push_back(client().execute("# thread\nlines " + std::to_string(many / 2)));
  }
  wait_until_full();
  for (const auto& cell : cells) EXPECT_FALSE(has_reply(cell));
  reader.disconnect();
  for (const auto& cell : cells) EXPECT_TRUE(cell.stdout_text() == numbered_lines(many / 2));
}

TEST_P(SlowReaderSpec, AReaderThatTakesAMessageNowAndThenLosesNothing) {
  start({.arguments = {"--iopub_buffer=1048576", "--iopub_stall=3600"}});
  client();
  Reader reader(kernel());
  const auto cell = client().execute("lines " + std::to_string(many));
  reader.take_until([&](const Message& message) {
    client().receive_waiting();
    return Reader::is_idle(message, cell);
  });
  EXPECT_TRUE(reader.text() == numbered_lines(many));
}

// Half a gigabyte, ten seconds of silence, and the sizes that users have. Takes long, and runs only then.
class LongSlowReaderSpec : public SlowReaderSpec {
 protected:
  void SetUp() override {
    if (std::getenv("HERMIT_LONG") == nullptr) GTEST_SKIP() << "runs with HERMIT_LONG set";
  }
};

HERMIT_SPEC_OVER(LongSlowReaderSpec, std::vector<std::string>{"zmq"});

TEST_P(LongSlowReaderSpec, HalfAGigabyteWithATenSecondPauseArrivesWholeAndInBoundedMemory) {
  start({.arguments = {"--log_level=debug"}});
  const auto watched = kernel().connect({"status"});
  Client watcher(*watched, patience);
  ASSERT_TRUE(watcher.wait_for_welcome());
  const std::size_t before = peak_memory(kernel().process().pid());
  Reader slow(kernel());
  std::string code;
  for (int i = 0; i < 500; ++i) code += "big 1000000\n";
  const auto cell = watcher.execute(code);
  // Ten times a second of waiting for what does not come.
  auto& transport = dynamic_cast<ZmqTransport&>(*watched);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(transport.beat(std::to_string(i), soon()));
    transport.receive({Channel::stdin_}, std::chrono::steady_clock::now() + 1s);
  }
  EXPECT_THAT(kernel().log(), HasSubstr("cells that print wait"));
  EXPECT_FALSE(has_reply(cell));

  slow.take_until_idle(cell);
  EXPECT_EQ(slow.text().size(), 500'000'000U);
  ASSERT_TRUE(cell.wait());
  EXPECT_EQ(cell.status(), "ok");
  const std::size_t grown = peak_memory(kernel().process().pid()) - before;
  EXPECT_LT(grown, std::size_t{96} << 20);
  RecordProperty("memory", static_cast<int>(grown >> 20));
  client();  // ends the kernel at the end of the test
}

}  // namespace hermit::tests
