// The end of a kernel: by request, by signal, and with its parent (K16).
// Jupyter messaging: "Kernel shutdown".
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>

#include "base/file.hpp"
#include "support/kernel_spec.hpp"
#include "support/ports.hpp"

namespace hermit::tests {

HERMIT_SPEC_OVER_ALL(ShutdownSpec);
HERMIT_ZMQ_SPEC(ProcessEndSpec);  // signals, files, the parent

using ::testing::ElementsAre;

TEST_P(ShutdownSpec, TheRequestIsAnsweredAndTheKernelEnds) {
  const auto shutdown = client().shutdown();

  EXPECT_TRUE(shutdown.wait());
  EXPECT_EQ(shutdown.status(), "ok");
  EXPECT_EQ(shutdown.reply()->type, "shutdown_reply");
  EXPECT_EQ(shutdown.reply_field("restart"), false);
  EXPECT_THAT(shutdown.types(), ElementsAre("status", "status"));
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, WithoutTheFieldNoRestartIsMeant) {
  const auto shutdown = client().request(Channel::control, "shutdown_request");

  EXPECT_EQ(shutdown.status(), "ok");
  EXPECT_EQ(shutdown.reply_field("restart"), false);
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, NothingOfTheLastAnswerIsLostHoweverOftenOneTries) {
  for (int i = 0; i < 20; ++i) {
    const auto other = new_kernel();
    const auto transport = other->connect();
    Client speaker(*transport, patience);
    ASSERT_TRUE(speaker.wait_for_welcome());
    const auto cell = speaker.execute("echo last words");
    const auto shutdown = speaker.shutdown(true);
    ASSERT_TRUE(shutdown.wait());
    ASSERT_TRUE(cell.wait());
    EXPECT_EQ(shutdown.reply_field("restart"), true);
    const auto ended = other->wait(soon());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->exit_code, 0);
  }
}

TEST_P(ShutdownSpec, OutputIsNotLost) {
  const auto cell = client().execute("lines 50000");
  ASSERT_EQ(cell.status(), "ok");
  const auto last = client().execute("late last of all");
  ASSERT_EQ(last.status(), "ok");
  client().shutdown().wait();

  EXPECT_TRUE(last.wait_for_stdout("last of all\n"));
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, ACellThatSpinsIsEndedAndAnswered) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  const auto shutdown = client().shutdown();

  EXPECT_EQ(shutdown.status(), "ok");
  EXPECT_TRUE(shutdown.wait());
  EXPECT_EQ(cell.status(), "error");
  EXPECT_TRUE(cell.wait());
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, CellsThatWaitAreAnsweredAsAborted) {
  const auto running = client().execute("echo begun\nspin");
  const auto queued = client().execute("echo queued");
  const auto silent = client().execute("echo silent", {.silent = true});
  ASSERT_TRUE(running.wait_for_stdout("begun\n"));
  client().shutdown().wait();

  EXPECT_EQ(running.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(silent.status(), "aborted");
  EXPECT_TRUE(queued.wait());
  EXPECT_TRUE(silent.wait());
  EXPECT_EQ(queued.stdout_text(), "");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, ACellThatWaitsForInputIsEnded) {
  const auto cell = client().execute("input ?");
  ASSERT_NE(cell.wait_for_input(), nullptr);
  client().shutdown().wait();

  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, ACellThatFinishesLaterIsEnded) {
  const auto cell = client().execute("echo begun\npending 1000000");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  client().shutdown().wait();

  EXPECT_EQ(cell.status(), "error");
  EXPECT_TRUE(cell.wait());
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ShutdownSpec, ASecondRequestIsHarmless) {
  const auto first = client().shutdown();
  client().shutdown();
  client().interrupt();
  client().execute("nop");

  EXPECT_EQ(first.status(), "ok");
  EXPECT_EQ(expect_end().exit_code, 0);
}

// The process does not wait for the thread of that cell; the tests' own would never end.
TEST_P(ProcessEndSpec, ACellThatCannotBeInterruptedIsAnsweredAndTheProcessEnds) {
  start({.shell = "stubborn"});
  const auto cell = client().execute("ignore interrupts");
  ASSERT_TRUE(cell.wait_for("execute_input"));
  const auto shutdown = client().shutdown();

  EXPECT_TRUE(shutdown.wait());
  EXPECT_EQ(shutdown.status(), "ok");
  EXPECT_TRUE(cell.wait());
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(expect_end().exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(kernel().connection_file()));
}

TEST_P(ProcessEndSpec, SigtermEndsItAsWell) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  kernel().process().signal(SIGTERM);

  EXPECT_EQ(cell.status(), "error");
  EXPECT_TRUE(cell.wait());
  const Ending ending = expect_end();
  EXPECT_EQ(ending.signal, 0);
  EXPECT_EQ(ending.exit_code, 0);
}

TEST_P(ProcessEndSpec, SigtermEndsAnIdleKernel) {
  client().kernel_info().wait();
  kernel().process().signal(SIGTERM);

  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(ProcessEndSpec, AConnectionFileThatHermitWroteIsRemoved) {
  EXPECT_TRUE(std::filesystem::exists(kernel().connection_file()));
  const auto mode = std::filesystem::status(kernel().connection_file()).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  client().shutdown().wait();

  EXPECT_EQ(expect_end().exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(kernel().connection_file()));
}

TEST_P(ProcessEndSpec, AConnectionFileThatWasThereIsKept) {
  start({.connection = free_connection("key")});
  client().shutdown().wait();

  EXPECT_EQ(expect_end().exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(kernel().connection_file()));
}

// A parent in between that starts a kernel and is killed.
TEST_P(ProcessEndSpec, TheKernelEndsWithItsParent) {
  const Folder folder;
  const auto file = folder.path() / "kernel.json";
  const std::string command = "export JPY_PARENT_PID=$$; \"$0\" start -f \"$1\" --shell_class \"$2\"; exit 1";
  const std::string hermit = hermit_process(folder, {}).program.string();
  ProcessOptions options = hermit_process(folder, {"-c", command, hermit, file.string(), test_shell("echo")});
  options.program = "/bin/sh";
  auto parent = Process::start(options);
  ASSERT_TRUE(parent);
  const auto connection = wait_for_connection(file, *parent);
  ASSERT_TRUE(connection);
  auto transport = ZmqTransport::connect(*connection);
  ASSERT_TRUE(transport);
  Client speaker(**transport, patience);
  ASSERT_TRUE(speaker.wait_for_welcome());
  const auto cell = speaker.execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));

  parent->signal(SIGKILL);
  // What it does when it ends well: the cell is answered, and its file is gone.
  EXPECT_TRUE(cell.wait());
  EXPECT_EQ(cell.status(), "error");
  EXPECT_TRUE(wait_until_gone(file));
}

TEST_P(ProcessEndSpec, AParentThatIsNotOursIsNotBelieved) {
  start({.environment = {{"JPY_PARENT_PID", "1"}}});
  EXPECT_TRUE(kernel_works());
  for (const char* number : {"0", "-1", "999999999", "words", ""}) {
    ZmqKernel other({.environment = {{"JPY_PARENT_PID", number}}});
    const auto transport = other.connect();
    Client speaker(*transport, patience);
    ASSERT_TRUE(speaker.wait_for_welcome());
    EXPECT_EQ(speaker.kernel_info().status(), "ok") << number;
    EXPECT_EQ(speaker.shutdown().status(), "ok") << number;
  }
}

}  // namespace hermit::tests
