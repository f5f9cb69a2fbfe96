// Shells that misbehave in ways that a host cannot prevent: they throw, hang, or call when and where they may
// not. The log names them, each request gets its one reply, and the kernel goes on or ends in its time (K17).
// The shells are those of tests/shells; each says at its top what it does. What they give that is wrong is
// rubbish_spec.cpp's.
#include "support/kernel_spec.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "support/subshells.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

ExecuteOptions in_thread() { return {.metadata = {{"tags", {"thread"}}}}; }

// The kernel's log blames `shell` and says `what`.
void expect_blamed(const KernelUnderTest& kernel, const std::string& shell, const std::string& what) {
  const std::string log = kernel.log();
  EXPECT_THAT(log, HasSubstr("SHELL_MISBEHAVING " + shell)) << what;
  EXPECT_THAT(log, HasSubstr(what));
}

// A cell without a meaning in any of these shells.
void expect_good(Client& client) { EXPECT_EQ(client.execute("good").status(), "ok"); }

}  // namespace

HERMIT_SPEC(LastResortSpec);
// What cannot be had in the process of the tests: a thread that is stuck would keep it from ending, a program
// has a handler for exceptions that nobody catches, and calls come while it exits.
HERMIT_ZMQ_SPEC(LastResortOfAProcessSpec);

namespace {
// What a shell does while the kernel's process exits; one in a process of its own leaves without that.
class LastResortAtExitSpec : public ZmqSpec {};
HERMIT_SPEC_OVER(LastResortAtExitSpec, std::vector<std::string>{"zmq"});
}  // namespace

TEST_P(LastResortSpec, WhatIsThrownIsNamedAndAnsweredWithAnError) {
  start({.shell = "throws_everywhere"});
  const std::pair<Answer, const char*> requests[] = {
      {client().inspect("name", 1), "thrown by inspect"},
      {client().is_complete("code"), "thrown by is_complete"},
      {client().execute("resume", {.stop_on_error = false}), "thrown by resume"},
      {create_subshell(client()), "thrown by create of a subshell"},
  };
  for (const auto& [answer, what] : requests) {
    EXPECT_EQ(answer.status(), "error") << what;
    expect_answered_once(answer);
    expect_blamed(kernel(), "throws_everywhere", what);
  }
  expect_blamed(kernel(), "throws_everywhere", "thrown by extension");
  expect_good(client());
}

TEST_P(LastResortSpec, WhatIsThrownByACommHandlerIsNamedAndTheCommsGoOn) {
  start({.shell = "throws_everywhere"});
  const auto say = [this](const char* type, const char* target) {
    return client().request(Channel::shell, type,
                            {{"comm_id", target}, {"target_name", target}, {"data", Json::object()}});
  };
  EXPECT_EQ(say("comm_open", "throws").messages("comm_close").size(), 1U);
  expect_blamed(kernel(), "throws_everywhere", "thrown by opened");
  EXPECT_EQ(say("comm_open", "quiet").messages("comm_close").size(), 0U);
  EXPECT_TRUE(say("comm_msg", "quiet").wait());
  expect_blamed(kernel(), "throws_everywhere", "thrown by received");
  EXPECT_EQ(client().comm_info().reply_field("comms").size(), 1U);
  EXPECT_TRUE(say("comm_close", "quiet").wait());
  expect_blamed(kernel(), "throws_everywhere", "thrown by closed");
  EXPECT_EQ(client().comm_info().reply_field("comms"), Json::object());
  expect_good(client());
}

TEST_P(LastResortSpec, WhatIsThrownByAnExpressionIsTheExpressionsError) {
  start({.shell = "throws_everywhere"});
  const auto cell = client().execute("good", {.user_expressions = {{"a", "b"}}});

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.reply_field("user_expressions")["a"]["status"], "error");
  expect_blamed(kernel(), "throws_everywhere", "thrown by evaluate");
}

TEST_P(LastResortSpec, WhatIsThrownByAnInterruptIsToldWhoAskedForIt) {
  start({.shell = "throws_everywhere"});
  const auto cell = client().execute("wait");
  ASSERT_TRUE(cell.wait_for_stdout("waits\n"));
  const auto interrupt = client().interrupt();

  EXPECT_EQ(interrupt.status(), "error");
  EXPECT_THAT(interrupt.reply_field("evalue").dump(), HasSubstr("throws_everywhere"));
  expect_answered_once(interrupt);
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  expect_blamed(kernel(), "throws_everywhere", "thrown by interrupt");
  expect_good(client());
}

TEST_P(LastResortSpec, WhatIsThrownByDestroyIsNamedAndTheKernelEndsWell) {
  start({.shell = "throws_everywhere"});
  expect_good(client());
  EXPECT_EQ(client().shutdown().status(), "ok");

  EXPECT_EQ(expect_end().exit_code, 0);
  expect_blamed(kernel(), "throws_everywhere", "thrown by destroy");
}

TEST_P(LastResortOfAProcessSpec, AnExceptionThatLeavesAThreadOfTheShellsEndsTheThreadOnly) {
  start({.shell = "throws_in_thread"});
  const auto cell = client().execute("thread");
  EXPECT_EQ(cell.status(), "ok");
  expect_answered_once(cell);

  for (int i = 0; i < 20; ++i) expect_good(client());
  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(expect_end().exit_code, 0);
  EXPECT_THAT(kernel().log(), HasSubstr("thrown by a thread"));
}

TEST_P(LastResortSpec, AForeignThreadMayEndACellOnceAndDescribeItBeforeThat) {
  start({.shell = "foreign_thread"});
  const auto held = client().execute("hold", in_thread());
  ASSERT_TRUE(held.wait_for_stdout("held\n"));

  EXPECT_EQ(client().execute("fail held").stdout_text(), "answered 0\n");
  EXPECT_EQ(client().execute("finish held").stdout_text(), "answered 0\n");
  EXPECT_EQ(client().execute("finish held").stdout_text(), "answered -4\n") << "its outcome is fixed";
  EXPECT_EQ(client().execute("fail held").stdout_text(), "answered -4\n");
  EXPECT_EQ(client().execute("release").status(), "ok");
  EXPECT_EQ(held.status(), "ok");
  EXPECT_TRUE(held.messages("error").empty());
  expect_answered_once(held);
  EXPECT_EQ(client().execute("finish last").stdout_text(), "answered -4\n");
  EXPECT_EQ(client().execute("fail last").stdout_text(), "answered -4\n");
  expect_blamed(kernel(), "foreign_thread", "did not return HERMIT_PENDING");
}

TEST_P(LastResortSpec, ACellThatWasFinishedByAnotherInTheQueueLetsTheNextRun) {
  start({.shell = "foreign_thread"});
  const auto held = client().execute("hold");
  const auto next = client().execute("good");
  ASSERT_TRUE(held.wait_for_stdout("held\n"));
  EXPECT_EQ(client().execute("finish held", in_thread()).stdout_text(), "answered 0\n");
  EXPECT_EQ(client().execute("release", in_thread()).status(), "ok");

  EXPECT_EQ(held.status(), "ok");
  expect_answered_once(held);
  EXPECT_EQ(next.status(), "ok");
}

TEST_P(LastResortAtExitSpec, CallsAfterDestroyAreNamedAndHurtNothing) {
  start({.shell = "after_destroy"});
  expect_good(client());
  EXPECT_EQ(client().shutdown().status(), "ok");

  const Ending ending = expect_end();
  EXPECT_EQ(ending.signal, 0);
  EXPECT_EQ(ending.exit_code, 0);
  for (const char* function : {"extension", "fail", "finish", "stream", "result", "display", "update",
                               "clear", "read", "resume_after", "write", "value"}) {
    expect_blamed(kernel(), "after_destroy", function);
  }
  expect_blamed(kernel(), "after_destroy", "destroy");
}

TEST_P(LastResortOfAProcessSpec, AnInterruptThatNeverReturnsIsNamedAndTheKernelGoesOn) {
  start({.shell = "stuck_interrupt"});
  const auto cell = client().execute("spin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  const auto interrupt = client().interrupt();

  EXPECT_EQ(interrupt.status(), "error");
  EXPECT_THAT(interrupt.reply_field("evalue").dump(), HasSubstr("stuck_interrupt"));
  expect_answered_once(interrupt);
  expect_blamed(kernel(), "stuck_interrupt", "interrupt");
  const auto again = client().interrupt();
  EXPECT_EQ(again.status(), "error");
  expect_answered_once(again);
  EXPECT_EQ(client().kernel_info().status(), "ok");
  EXPECT_EQ(client().kernel_info(Channel::control).status(), "ok");
  expect_answered_once(client().request(Channel::control, "list_subshell_request"));
  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(LastResortOfAProcessSpec, ASignalAfterAnInterruptThatNeverReturnsEndsTheKernel) {
  start({.shell = "stuck_interrupt"});
  const auto cell = client().execute("spin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  kernel().process().signal(SIGINT);
  kernel().process().signal(SIGTERM);

  EXPECT_NE(cell.status(), "ok");
  EXPECT_TRUE(cell.wait());
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(LastResortOfAProcessSpec, ACellThatTakesNoNoticeKeepsOnlyItsQueueWaiting) {
  start({.shell = "stuck_execute"});
  const auto made = create_subshell(client());
  ASSERT_EQ(made.status(), "ok");
  const auto cell = client().execute("stuck", {.metadata = {{"timeout", 0.05}}});
  const auto queued = client().execute("good");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_EQ(in_subshell(client(), made.reply_field("subshell_id"), "good").status(), "ok");
  EXPECT_EQ(client().execute("good", in_thread()).status(), "ok");
  EXPECT_EQ(client().kernel_info().status(), "ok");
  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  expect_answered_once(cell);
  expect_answered_once(queued);
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(LastResortOfAProcessSpec, CellsThatTakeNoNoticeInThreadsAndSubshellsDoNotKeepTheKernelFromEnding) {
  start({.shell = "stuck_execute"});
  const auto made = create_subshell(client());
  ASSERT_EQ(made.status(), "ok");
  const auto inside = in_subshell(client(), made.reply_field("subshell_id"), "stuck");
  const auto thread = client().execute("stuck", in_thread());
  ASSERT_TRUE(inside.wait_for_stdout("begun\n"));
  ASSERT_TRUE(thread.wait_for_stdout("begun\n"));
  expect_good(client());
  EXPECT_EQ(client().shutdown().status(), "ok");

  EXPECT_EQ(inside.status(), "error");
  EXPECT_EQ(thread.status(), "error");
  expect_answered_once(inside);
  expect_answered_once(thread);
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(LastResortOfAProcessSpec, DeletingASubshellWhoseCellTakesNoNoticeDoesNotKeepOthersWaiting) {
  start({.shell = "stuck_execute"});
  const auto made = create_subshell(client());
  ASSERT_EQ(made.status(), "ok");
  const std::string id = made.reply_field("subshell_id").get<std::string>();
  const auto inside = in_subshell(client(), id, "stuck");
  const auto queued = in_subshell(client(), id, "good");
  ASSERT_TRUE(inside.wait_for_stdout("begun\n"));
  const auto removal = client().request(Channel::control, "delete_subshell_request", {{"subshell_id", id}});

  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(client().request(Channel::control, "list_subshell_request").reply_field("subshell_id"),
            Json::array());
  EXPECT_EQ(create_subshell(client()).status(), "ok");
  expect_good(client());
  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(inside.status(), "error");
  expect_answered_once(removal);
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(LastResortSpec, AKernelAnswersWhileItsShellIsStillBeingMade) {
  const Folder folder;
  const auto gate = folder.path() / "gate";
  ASSERT_EQ(mkfifo(gate.c_str(), 0600), 0);
  start({.shell = "slow_create", .arguments = {"--SlowCreate.gate=" + gate.string()}});
  const auto cell = client().execute("good");
  const auto subshell = create_subshell(client());

  EXPECT_EQ(client().kernel_info().reply_field("language_info")["name"], "quiet");
  EXPECT_EQ(client().kernel_info(Channel::control).status(), "ok");
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_FALSE(cell.complete_so_far());
  EXPECT_FALSE(subshell.complete_so_far());
  {
    const Descriptor opened(open(gate.c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_TRUE(opened);
  }
  // For a shell in a process of its own it is the cell that waits, and so the interrupt is for it.
  if (GetParam() == "worker") {
    EXPECT_THAT(cell.status(), ::testing::AnyOf("ok", "error"));
  } else {
    EXPECT_EQ(cell.status(), "ok");
  }
  EXPECT_EQ(subshell.status(), "ok");
  expect_answered_once(subshell);
}

TEST_P(LastResortOfAProcessSpec, AKernelEndsWhileItsShellIsStillBeingMade) {
  const Folder folder;
  const auto gate = folder.path() / "gate";
  ASSERT_EQ(mkfifo(gate.c_str(), 0600), 0);
  start({.shell = "slow_create", .arguments = {"--SlowCreate.gate=" + gate.string()}});
  const auto cell = client().execute("good");
  const auto subshell = create_subshell(client());
  EXPECT_EQ(client().shutdown().status(), "ok");

  // For a shell in a process of its own the cell itself may wait, which has begun then.
  if (GetParam() == "worker") {
    EXPECT_THAT(cell.status(), ::testing::AnyOf("error", "aborted"));
  } else {
    EXPECT_EQ(cell.status(), "aborted");
  }
  expect_answered_once(cell);
  EXPECT_EQ(subshell.status(), "error");
  expect_answered_once(subshell);
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(LastResortSpec, AShellThatTakesItsTimeStarts) {
  start({.shell = "slow_create"});

  EXPECT_EQ(client().kernel_info().status(), "ok");
  expect_good(client());
}

}  // namespace hermit::tests
