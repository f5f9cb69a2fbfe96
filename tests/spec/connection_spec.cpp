// How a kernel comes by its connection, and what it says when that is no good (I8). The values of a file
// are tested one by one in tests/unit/protocol/connection_test.cpp.
#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"
#include "support/ports.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

}  // namespace

class ConnectionSpec : public ZmqSpec {
 protected:
  // Starts hermit with these arguments, which is to fail with `code` and one line that has `text` in it.
  void expect_failure(const std::vector<std::string>& arguments, Exit code, const std::string& text) {
    std::vector<std::string> all = {"start", "--shell_class", test_shell("echo")};
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto process = Process::start(hermit_process(folder_, all));
    ASSERT_TRUE(process);
    const auto ended = process->wait(soon());
    ASSERT_TRUE(ended) << text;
    const std::string message = process->stderr_text();
    EXPECT_EQ(ended->exit_code, static_cast<int>(code)) << message;
    EXPECT_THAT(message, HasSubstr(text));
    EXPECT_THAT(message, ::testing::StartsWith("hermit: "));
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1) << message;
  }

  Folder folder_;
};
HERMIT_SPEC_OVER(ConnectionSpec, std::vector<std::string>{"zmq"});

TEST_P(ConnectionSpec, AFileThatHermitWritesIsWhole) {
  const Connection& connection = kernel().connection();

  EXPECT_EQ(connection.transport, "tcp");
  EXPECT_EQ(connection.ip, "127.0.0.1");
  EXPECT_GE(connection.key.size(), 32U);
  EXPECT_EQ(connection.signature_scheme, "hmac-sha256");
  const auto& ports = connection.ports;
  for (const auto port : {ports.shell, ports.iopub, ports.stdin_, ports.control, ports.heartbeat})
    EXPECT_NE(port, 0);
  EXPECT_TRUE(check_distinct(ports));
}

TEST_P(ConnectionSpec, TwoKernelsHaveNothingInCommon) {
  ZmqKernel other;

  EXPECT_NE(other.connection().key, kernel().connection().key);
  EXPECT_NE(other.connection().ports.shell, kernel().connection().ports.shell);
}

TEST_P(ConnectionSpec, AFileThatExistsIsReadAndServed) {
  start({.connection = free_connection("a key")});

  EXPECT_TRUE(kernel_works());
  EXPECT_TRUE(transport_of(client()).beat("ping", soon()));
}

TEST_P(ConnectionSpec, AFileThatIsNoGoodEndsTheProgram) {
  const auto garbled = folder_.write("garbled.json", "{\"ip\": ");
  expect_failure({"-f", garbled.string()}, Exit::connection_file, garbled.string());
  const auto empty = folder_.write("empty.json", "");
  expect_failure({"-f", empty.string()}, Exit::connection_file, empty.string());
  expect_failure({"-f", folder_.path().string()}, Exit::connection_file, folder_.path().string());
  const auto nowhere = folder_.path() / "no-folder" / "kernel.json";
  expect_failure({"-f", nowhere.string()}, Exit::connection_file, nowhere.string());
}

TEST_P(ConnectionSpec, APortOfZeroInAFileLeavesNoKernelThatNobodyCanReach) {
  // Either it is refused, or the file tells afterwards which port it became.
  Connection connection = free_connection("key");
  connection.ports.control = 0;
  const auto file = folder_.write("zero.json", connection_text(connection));
  auto process = Process::start(
      hermit_process(folder_, {"start", "--shell_class", test_shell("echo"), "-f", file.string()}));
  ASSERT_TRUE(process);
  auto transport = ZmqTransport::connect([&] {
    Connection reached = connection;
    reached.ports.control = reached.ports.shell;  // not used
    return reached;
  }());
  ASSERT_TRUE(transport);
  Client speaker(**transport, std::chrono::milliseconds(200));
  bool serves = false;
  while (!serves && process->running()) serves = speaker.wait_for_welcome();
  if (serves) {
    const auto now = read_connection_file(file);
    ASSERT_TRUE(now);
    EXPECT_NE(now->ports.control, 0) << "it serves a port that nobody knows";
  } else {
    const auto ended = process->wait(soon());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->exit_code, static_cast<int>(Exit::connection_file));
  }
}

TEST_P(ConnectionSpec, APortThatIsTakenIsNamed) {
  const TakenPort taken;
  Connection connection = free_connection("key");
  connection.ports.stdin_ = taken.port();
  const auto file = folder_.write("taken.json", connection_text(connection));

  expect_failure({"-f", file.string()}, Exit::ports, std::to_string(taken.port()));
  expect_failure({"-f", (folder_.path() / "new.json").string(), "--control=" + std::to_string(taken.port())},
                 Exit::ports, std::to_string(taken.port()));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "new.json"));
}

TEST_P(ConnectionSpec, PortsGivenOnTheCommandLineAreUsed) {
  const auto ports = free_ports(2);
  start({.arguments = {"--shell=" + std::to_string(ports[0]), "--hb_port", std::to_string(ports[1])}});

  EXPECT_EQ(kernel().connection().ports.shell, ports[0]);
  EXPECT_EQ(kernel().connection().ports.heartbeat, ports[1]);
  EXPECT_TRUE(kernel_works());
}

TEST_P(ConnectionSpec, WrongSettingsAreUsageErrors) {
  const std::string file = (folder_.path() / "kernel.json").string();
  expect_failure({"-f", file, "--shell=70000"}, Exit::usage, "65535");
  expect_failure({"-f", file, "--shell=-1"}, Exit::usage, "65535");
  expect_failure({"-f", file, "--shell=5000", "--hb=5000"}, Exit::usage, "5000");
  expect_failure({"-f", file, "--no-such-setting=1"}, Exit::usage, "no-such-setting");
  expect_failure({"-f", file, "--log_levle=debug"}, Exit::usage, "log_level");
  expect_failure({"-f", file, "--log-level=loud"}, Exit::usage, "loud");
  expect_failure({"-f", file, "--host=qt"}, Exit::usage, "not available yet");
  expect_failure({"-f", file, "stray"}, Exit::usage, "stray");
}

}  // namespace hermit::tests
