// Clients that are slow to take output, or never do (K10, N7): what waits, what goes on, what is dropped.
// What takes minutes is in tests/long.
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"
#include "support/slow_reader.hpp"

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

HERMIT_SPEC_OVER(SlowReaderSpec, transports());

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

TEST_P(SlowReaderSpec, DisplaysThatWaitAmongTextThatIsDroppedAreKept) {
  start({.arguments = short_stall});
  client();
  Reader reader(kernel());
  std::string code;
  for (int i = 0; i < 600; ++i) code += "lines 5000\ndisplay shown\n";
  const auto cell = client().execute(code);
  expect_reply(cell, "ok");
  reader.disconnect();

  ASSERT_TRUE(cell.wait());
  EXPECT_THAT(cell.stderr_text(), HasSubstr("were dropped"));
  EXPECT_EQ(cell.messages("display_data").size(), 600U);
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
  // What waited of the first one has been dropped with the rest.
  EXPECT_LT(line_numbers(filler.stdout_text()).size(), static_cast<std::size_t>(many / 2));
  EXPECT_THAT(filler.stderr_text(), HasSubstr("were dropped"));
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

}  // namespace hermit::tests
