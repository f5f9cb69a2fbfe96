// Cells that fail, and what that does to those behind them (K6). Jupyter messaging: "Execution errors".
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {

HERMIT_SPEC(ErrorsSpec);

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_P(ErrorsSpec, AnErrorIsTheSameOnIopubAndInTheReply) {
  const auto cell = client().execute("echo before\nfail SomeError what went wrong\necho after");

  EXPECT_EQ(cell.status(), "error");
  EXPECT_THAT(cell.types(), ElementsAre("status", "execute_input", "stream", "error", "status"));
  const Received error = cell.messages("error").at(0);
  for (const char* field : {"ename", "evalue", "traceback"})
    EXPECT_EQ(error.field(field), cell.reply_field(field));
  EXPECT_EQ(error.field("ename"), "SomeError");
  EXPECT_EQ(error.field("evalue"), "what went wrong");
  EXPECT_EQ(error.field("traceback"), Json({"in line 2 of the cell", "SomeError: what went wrong"}));
  EXPECT_EQ(cell.reply_field("execution_count"), 1);
  EXPECT_EQ(cell.stdout_text(), "before\n");
}

TEST_P(ErrorsSpec, AnErrorMayHoldAnyCharacter) {
  const auto cell = client().execute(std::string("fail E\xC3\xA9 a\0b \xF0\x9D\x94\xB8", 17));

  EXPECT_EQ(cell.reply_field("ename"), "E\xC3\xA9");
  EXPECT_EQ(cell.reply_field("evalue"), std::string("a\0b \xF0\x9D\x94\xB8", 8));
}

TEST_P(ErrorsSpec, AnErrorHasTheFieldsOfTheProtocolAndNoOther) {
  const auto cell = client().execute("fail");
  const Json shown = cell.messages("error").at(0).content;
  ASSERT_NE(cell.reply(), nullptr);
  const Json replied = cell.reply()->content;

  EXPECT_EQ(shown.size(), 3U) << "the status is for replies: " << shown;
  for (const char* text : {"ename", "evalue"}) EXPECT_TRUE(shown[text].is_string()) << text;
  for (const auto& line : shown["traceback"]) EXPECT_TRUE(line.is_string());
  EXPECT_EQ(replied["status"], "error");
  EXPECT_EQ(replied["execution_count"], 1);
}

TEST_P(ErrorsSpec, StopOnErrorAbortsWhatWasQueued) {
  const auto failed = execute_held("fail", {.stop_on_error = true});
  const auto queued = client().execute("echo queued");
  const auto another = client().execute("1+1");
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(another.status(), "aborted");
  EXPECT_THAT(queued.types(), ElementsAre("status", "status"));
  EXPECT_EQ(queued.reply_field("ename").is_string(), true);
}

TEST_P(ErrorsSpec, WhatIsSentAfterAnErrorRuns) {
  client().execute("fail").wait();
  const auto next = client().execute("count");

  EXPECT_EQ(next.status(), "ok");
  EXPECT_EQ(next.result_text(), "2");
}

TEST_P(ErrorsSpec, AbortedCellsDoNotCount) {
  const auto failed = execute_held("fail");
  const auto queued = client().execute("nop");
  let_go(failed);

  queued.wait();

  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(client().execute("count").result_text(), "2");
  EXPECT_EQ(failed.status(), "error");
}

TEST_P(ErrorsSpec, AnAbortedReplySaysWhyInTheFieldsOfAnError) {
  const auto failed = execute_held("fail");
  const auto queued = client().execute("nop");
  let_go(failed);

  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(queued.reply_field("ename"), "Aborted");
  EXPECT_TRUE(queued.reply_field("evalue").is_string());
  EXPECT_EQ(queued.reply_field("traceback"), Json::array());
}

TEST_P(ErrorsSpec, WithoutStopOnErrorTheQueueGoesOn) {
  const auto failed = execute_held("fail", {.stop_on_error = false});
  const auto queued = client().execute("echo queued");
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(queued.status(), "ok");
  EXPECT_EQ(queued.stdout_text(), "queued\n");
}

TEST_P(ErrorsSpec, OnlyCellsThatAreNotSilentAreAborted) {
  const auto failed = execute_held("fail");
  const auto silent = client().execute("echo silent", {.silent = true});
  const auto completion = client().complete("ec", 2);
  const auto history = client().history({{"hist_access_type", "tail"}, {"n", 1}});
  const auto info = client().kernel_info();
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(silent.status(), "ok");
  EXPECT_EQ(silent.stdout_text(), "silent\n");
  EXPECT_EQ(completion.status(), "ok");
  EXPECT_EQ(history.status(), "ok");
  EXPECT_EQ(info.status(), "ok");
}

TEST_P(ErrorsSpec, TasksAndSilentCellsBehindAFailureRun) {
  const auto failed = execute_held("fail");
  const auto task = client().execute("# task\necho task");
  const auto silent = client().execute("# queue\necho silent", {.silent = true});
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(task.stdout_text(), "task\n");
  EXPECT_EQ(silent.stdout_text(), "silent\n");
}

TEST_P(ErrorsSpec, AFailedSilentCellAbortsNothing) {
  const auto failed = execute_held("fail", {.silent = true});
  const auto queued = client().execute("1+1");
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(queued.result_text(), "2");
}

TEST_P(ErrorsSpec, AFailedCellAbortsWhatOtherClientsHaveQueued) {
  Client& other = new_client();
  const auto failed = execute_held("fail");
  const auto queued = other.execute("echo queued");
  ASSERT_EQ(other.kernel_info().status(), "ok");  // so the cell before it has reached the kernel
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
}

TEST_P(ErrorsSpec, AThousandQueuedCellsAreAllAborted) {
  const auto failed = execute_held("fail");
  std::vector<Answer> queued;
  for (int i = 0; i < 1000; ++i) queued.push_back(client().execute("echo ran"));
  let_go(failed);

  EXPECT_EQ(failed.status(), "error");
  for (const auto& cell : queued) {
    ASSERT_EQ(cell.status(), "aborted");
    ASSERT_EQ(cell.stdout_text(), "");
  }
}

TEST_P(ErrorsSpec, ACellThatFinishesLaterMayFailToo) {
  const auto failed = execute_held("pending 1\nfail LateError too late");
  const auto queued = client().execute("1+1");
  let_go(failed);

  EXPECT_EQ(failed.reply_field("ename"), "LateError");
  EXPECT_EQ(queued.status(), "aborted");
}

TEST_P(ErrorsSpec, AShellThatCannotRunACellIsNamedInTheError) {
  for (const char* status : {"-1", "-2", "-3", "-4", "-5"}) {
    const auto cell = client().execute(std::string("status ") + status, {.stop_on_error = false});

    EXPECT_EQ(cell.status(), "error") << status;
    EXPECT_EQ(cell.messages("error").size(), 1U) << status;
    EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("echo")) << status;
  }
}

}  // namespace hermit::tests
