// Questions of a cell to its user (K9). Jupyter messaging: "Messages on the stdin (ROUTER/DEALER) channel".
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

}  // namespace

HERMIT_SPEC_OVER_ALL(StdinSpec);

TEST_P(StdinSpec, ACellAsksItsClientAndGoesOnWithTheLine) {
  const auto cell = client().execute("input your name?");
  const Received* question = cell.wait_for_input();

  ASSERT_NE(question, nullptr);
  EXPECT_EQ(question->type, "input_request");
  EXPECT_EQ(question->field("prompt"), "your name?");
  EXPECT_EQ(question->field("password"), false);
  EXPECT_EQ(question->message.parent_header.view(), cell.request_header());
  client().reply_to_input(*question, "hermit crab");
  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.stdout_text(), "got: hermit crab\n");
}

TEST_P(StdinSpec, APasswordIsAskedForAsOne) {
  const auto cell = client().execute("password secret?");
  const Received* question = cell.wait_for_input();

  ASSERT_NE(question, nullptr);
  EXPECT_EQ(question->field("password"), true);
  client().reply_to_input(*question, "");
  EXPECT_EQ(cell.stdout_text(), "got: \n");
}

TEST_P(StdinSpec, OutputBeforeAQuestionIsShownFirst) {
  const auto cell = client().execute("write before\ninput now?");
  const Received* question = cell.wait_for_input();

  ASSERT_NE(question, nullptr);
  EXPECT_TRUE(cell.wait_for_stdout("before"));
  client().reply_to_input(*question, "line");
  EXPECT_EQ(cell.status(), "ok");
}

TEST_P(StdinSpec, ACellMayAskManyTimes) {
  const auto cell = client().execute("input 1\ninput 2\ninput 3");
  for (std::size_t i = 0; i < 3; ++i) {
    const Received* question = cell.wait_for_input(i);
    ASSERT_NE(question, nullptr);
    EXPECT_EQ(question->field("prompt"), std::to_string(i + 1));
    client().reply_to_input(*question, std::string(i + 1, 'a'));
  }

  EXPECT_EQ(cell.stdout_text(), "got: a\ngot: aa\ngot: aaa\n");
}

TEST_P(StdinSpec, ALineMayHoldAnyCharacterAndBeLong) {
  const std::string line = std::string("\0\xF0\x9D\x94\xB8\n\"", 7) + std::string(1'000'000, 'l');
  const auto cell = client().execute("input ?");
  const Received* question = cell.wait_for_input();

  ASSERT_NE(question, nullptr);
  client().reply_to_input(*question, line);
  EXPECT_EQ(cell.stdout_text(), "got: " + line + "\n");
}

TEST_P(StdinSpec, ACellThatMayNotAskIsToldSo) {
  const auto cell = client().execute("input ?", {.allow_stdin = false});

  EXPECT_EQ(cell.status(), "error");
  EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("cannot be asked"));
  EXPECT_EQ(cell.inputs_so_far().size(), 0U);
}

TEST_P(StdinSpec, AReplyOfAnotherClientIsDiscarded) {
  Client& stranger = new_client();
  const auto cell = client().execute("input ?");
  const Received* question = cell.wait_for_input();
  ASSERT_NE(question, nullptr);

  stranger.reply_to_input(*question, "wrong");
  // Answered on the same socket, so that the kernel has seen the reply before.
  EXPECT_EQ(stranger.kernel_info(Channel::stdin_).status(), "ok");
  client().reply_to_input(*question, "right");

  EXPECT_EQ(cell.stdout_text(), "got: right\n");
}

TEST_P(StdinSpec, AReplyToAnOlderQuestionIsDiscarded) {
  const auto cell = client().execute("input 1\ninput 2");
  const Received* first = cell.wait_for_input(0);
  ASSERT_NE(first, nullptr);
  const Received old = *first;
  client().reply_to_input(old, "one");
  const Received* second = cell.wait_for_input(1);
  ASSERT_NE(second, nullptr);
  const Received current = *second;

  client().reply_to_input(old, "stale");
  client().reply_to_input(current, "two");
  EXPECT_EQ(cell.stdout_text(), "got: one\ngot: two\n");
}

TEST_P(StdinSpec, AReplyNobodyWaitsForDoesNotAnswerTheNextQuestion) {
  const auto asked = client().execute("input 1");
  const Received* first = asked.wait_for_input();
  ASSERT_NE(first, nullptr);
  client().reply_to_input(*first, "one");
  client().reply_to_input(*first, "stale");
  EXPECT_EQ(client().kernel_info(Channel::stdin_).status(), "ok");

  const auto cell = client().execute("input 2");
  const Received* question = cell.wait_for_input();
  ASSERT_NE(question, nullptr);
  client().reply_to_input(*question, "two");
  EXPECT_EQ(asked.stdout_text(), "got: one\n");
  EXPECT_EQ(cell.stdout_text(), "got: two\n");
}

TEST_P(StdinSpec, AReplyWithAnEmptyParentHeaderIsAccepted) {
  const auto cell = client().execute("input ?");
  ASSERT_NE(cell.wait_for_input(), nullptr);

  transport_of(client()).send(Channel::stdin_, client().message("input_reply", {{"value", "parentless"}}));
  EXPECT_EQ(cell.stdout_text(), "got: parentless\n");
}

TEST_P(StdinSpec, RepliesWithoutALineAreDiscarded) {
  const auto cell = client().execute("input ?");
  const Received* question = cell.wait_for_input();
  ASSERT_NE(question, nullptr);

  for (const char* content : {"{}", "[]", "{", R"({"value": 5})", R"({"value": null})"}) {
    Message reply = client().message("input_reply");
    reply.parent_header = question->message.header;
    reply.content = std::string(content);
    transport_of(client()).send(Channel::stdin_, std::move(reply));
  }
  client().reply_to_input(*question, "right");
  EXPECT_EQ(cell.stdout_text(), "got: right\n");
}

TEST_P(StdinSpec, AnInterruptEndsTheWait) {
  const auto cell = client().execute("input ?");
  ASSERT_NE(cell.wait_for_input(), nullptr);

  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_TRUE(kernel_works());
}

TEST_P(StdinSpec, AnAnswerAfterAnInterruptIsDiscarded) {
  const auto cell = client().execute("input 1", {.stop_on_error = false});
  const Received* question = cell.wait_for_input();
  ASSERT_NE(question, nullptr);
  client().interrupt().wait();
  EXPECT_EQ(cell.status(), "error");
  client().reply_to_input(*question, "too late");

  const auto next = client().execute("input 2");
  const Received* asked = next.wait_for_input();
  ASSERT_NE(asked, nullptr);
  client().reply_to_input(*asked, "in time");
  EXPECT_EQ(next.stdout_text(), "got: in time\n");
}

TEST_P(StdinSpec, ACellThatFinishesLaterMayAsk) {
  const auto cell = client().execute("pending 10\ninput later?");
  const Received* question = cell.wait_for_input();

  ASSERT_NE(question, nullptr);
  client().reply_to_input(*question, "yes");
  EXPECT_EQ(cell.stdout_text(), "got: yes\n");
}

TEST_P(StdinSpec, EachClientIsAskedForItsOwnCell) {
  Client& other = new_client();
  const auto own = client().execute("input mine");
  const Received* question = own.wait_for_input();
  ASSERT_NE(question, nullptr);
  client().reply_to_input(*question, "first");
  const auto theirs = other.execute("input theirs");
  const Received* asked = theirs.wait_for_input();
  ASSERT_NE(asked, nullptr);
  EXPECT_EQ(asked->field("prompt"), "theirs");
  other.reply_to_input(*asked, "second");

  EXPECT_EQ(own.stdout_text(), "got: first\n");
  EXPECT_EQ(theirs.stdout_text(), "got: second\n");
  EXPECT_EQ(own.inputs_so_far().size(), 1U);
}

}  // namespace hermit::tests
