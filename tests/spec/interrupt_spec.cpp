// Ending a cell that runs, by message and by signal (K8). Jupyter messaging: "Kernel interrupt".
#include <signal.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {

HERMIT_SPEC(InterruptSpec);
HERMIT_ZMQ_SPEC(SignalSpec);  // which a process gets

namespace {

void expect_interrupted(const Answer& cell) {
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(cell.messages("error").size(), 1U);
}

}  // namespace

TEST_P(InterruptSpec, AMessageEndsACellThatSpins) {
  const auto cell = client().execute("echo begun\nspin\necho never");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  const auto interrupt = client().interrupt();

  EXPECT_EQ(interrupt.status(), "ok");
  EXPECT_EQ(interrupt.reply()->type, "interrupt_reply");
  EXPECT_EQ(interrupt.reply()->channel, Channel::control);
  expect_interrupted(cell);
  EXPECT_EQ(cell.stdout_text(), "begun\n");
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, ACellThatSleepsIsEnded) {
  const auto cell = client().execute("echo begun\nsleep 1000000");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  client().interrupt().wait();

  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, ACellThatFinishesLaterIsEnded) {
  const auto cell = client().execute("echo begun\npending 1000000");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  client().interrupt().wait();

  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, ACellThatFinishedLaterIsIdleWhileTheNextOneSpins) {
  const auto cell = client().execute("pending 0");
  const auto next = client().execute("echo begun\nspin");
  ASSERT_TRUE(next.wait_for_stdout("begun\n"));

  EXPECT_TRUE(cell.wait());
  client().interrupt().wait();
  expect_interrupted(next);
}

TEST_P(InterruptSpec, AnInterruptWhenNothingRunsIsHarmless) {
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_EQ(client().execute("1+1").result_text(), "2");
}

TEST_P(InterruptSpec, TwoInterruptsEndOneCell) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  const auto first = client().interrupt();
  const auto second = client().interrupt();

  EXPECT_EQ(first.status(), "ok");
  EXPECT_EQ(second.status(), "ok");
  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, OneInterruptLeavesSilentCellsAlone) {
  const auto cell = client().execute("echo begun\nawait go\necho whole", {.silent = true});
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(client().execute("set go 1").status(), "ok");

  EXPECT_EQ(cell.stdout_text(), "begun\nwhole\n");
}

TEST_P(InterruptSpec, ASecondInterruptSoonAfterEndsSilentCellsToo) {
  const auto cell = client().execute("echo begun\nspin", {.silent = true});
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  // They arrive together, so two of them are soon after each other on any machine.
  std::vector<Answer> interrupts;
  for (int i = 0; i < 10; ++i) interrupts.push_back(client().interrupt());

  for (const auto& interrupt : interrupts) EXPECT_EQ(interrupt.status(), "ok");
  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, WhatIsQueuedBehindAnInterruptedCellIsAborted) {
  const auto cell = client().execute("echo begun\nspin");
  const auto queued = client().execute("echo queued");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  client().interrupt().wait();

  expect_interrupted(cell);
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, WithoutStopOnErrorTheNextCellRuns) {
  const auto cell = client().execute("echo begun\nspin", {.stop_on_error = false});
  const auto queued = client().execute("echo queued");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  client().interrupt().wait();

  expect_interrupted(cell);
  EXPECT_EQ(queued.stdout_text(), "queued\n");
}

TEST_P(InterruptSpec, ACellMayBeInterruptedAgainAndAgain) {
  for (int i = 0; i < 20; ++i) {
    const auto cell = client().execute("echo begun\nspin");
    ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
    client().interrupt().wait();
    expect_interrupted(cell);
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(InterruptSpec, AnInterruptJustBeforeACellOrJustAfterItHurtsNoOther) {
  for (int i = 0; i < 50; ++i) {
    const auto cell = client().execute("nop", {.stop_on_error = false});
    const auto interrupt = client().interrupt();
    EXPECT_TRUE(interrupt.wait());
    EXPECT_TRUE(cell.wait());
    EXPECT_EQ(client().execute("1+1").result_text(), "2");
  }
}

TEST_P(InterruptSpec, ACompletionThatTakesForEverIsEndedToo) {
  start({.shell = "slow_complete"});
  const auto cell = client().execute("wait");
  ASSERT_TRUE(cell.wait_for_stdout("waits\n"));
  const auto completion = client().complete("x", 1);
  ASSERT_TRUE(cell.wait_for_stdout("asked\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_EQ(completion.status(), "error");
  EXPECT_EQ(completion.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
}

TEST_P(SignalSpec, ItEndsACellThatSpins) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  kernel().process().signal(SIGINT);

  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(SignalSpec, ItEndsACellThatFinishesLater) {
  const auto cell = client().execute("echo begun\npending 1000000");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  kernel().process().signal(SIGINT);

  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(SignalSpec, ItEndsACellThatWaitsForInput) {
  const auto cell = client().execute("input ?");
  ASSERT_NE(cell.wait_for_input(), nullptr);
  kernel().process().signal(SIGINT);

  expect_interrupted(cell);
  EXPECT_TRUE(kernel_works());
}

TEST_P(SignalSpec, ItIsHarmlessWhenNothingRuns) {
  EXPECT_EQ(client().interrupt().status(), "ok");
  kernel().process().signal(SIGINT);
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_EQ(client().execute("1+1").result_text(), "2");
}

TEST_P(SignalSpec, ItMayFollowAMessageAgainAndAgain) {
  for (int i = 0; i < 20; ++i) {
    const auto cell = client().execute("echo begun\nspin");
    ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
    if (i % 2 == 0) {
      client().interrupt().wait();
    } else {
      kernel().process().signal(SIGINT);
    }
    expect_interrupted(cell);
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(SignalSpec, ManyAtOnceAreHarmless) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  for (int i = 0; i < 200; ++i) kernel().process().signal(SIGINT);

  expect_interrupted(cell);
  EXPECT_EQ(client().interrupt().status(), "ok");  // those that came late are behind this
  EXPECT_TRUE(client().execute("nop").wait());
  EXPECT_TRUE(kernel_works());
}

}  // namespace hermit::tests
