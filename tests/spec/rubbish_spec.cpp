// Shells that give rubbish: statuses that are none, text that is nowhere, sinks that are called when they may
// not be. The log names them, what is no good is dropped, and each request gets its one reply (K17).
#include "support/kernel_spec.hpp"

#include <gmock/gmock.h>

#include "support/subshells.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RubbishSpec : public KernelSpec {
 protected:
  // The log, after its first `begin` bytes, blames `shell` and says `what`.
  void expect_blamed(const std::string& shell, const std::string& what, std::size_t begin = 0) {
    const std::string log = kernel().log().substr(begin);
    EXPECT_THAT(log, HasSubstr("SHELL_MISBEHAVING " + shell)) << what;
    EXPECT_THAT(log, HasSubstr(what));
  }

  // How much of it there is.
  std::size_t log_size() { return kernel().log().size(); }

  // A cell without a meaning in any of these shells.
  void expect_good() { EXPECT_EQ(client().execute("good").status(), "ok"); }
};

HERMIT_SPEC_OVER(RubbishSpec, doors());

}  // namespace

TEST_P(RubbishSpec, StatusesThatAreNoneAreNamedAndAnsweredWithAnError) {
  start({.shell = "rubbish"});
  const std::pair<Answer, const char*> requests[] = {
      {client().execute("status", {.stop_on_error = false}), "execute returned the status 12345"},
      {client().execute("resume", {.stop_on_error = false}), "resume returned the status 12345"},
      {client().complete("status", 1), "complete returned the status 12345"},
      {client().inspect("status", 1), "inspect returned the status 12345"},
      {client().is_complete("status"), "is_complete returned the status 12345"},
      {create_subshell(client()), "returned the status 12345"},
  };
  for (const auto& [answer, what] : requests) {
    EXPECT_EQ(answer.status(), "error") << what;
    expect_answered_once(answer);
    expect_blamed("rubbish", what);
  }
  const auto cell = client().execute("good", {.user_expressions = {{"a", "status"}}});
  EXPECT_EQ(cell.reply_field("user_expressions")["a"]["status"], "error");
  expect_blamed("rubbish", "evaluate returned the status 12345");
}

TEST_P(RubbishSpec, AnInterruptWithAStatusThatIsNoneEndsTheCellAllTheSame) {
  start({.shell = "rubbish"});
  const auto cell = client().execute("wait");
  ASSERT_TRUE(cell.wait_for_stdout("waits\n"));
  const auto interrupt = client().interrupt();

  EXPECT_EQ(interrupt.status(), "error");
  expect_answered_once(interrupt);
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  expect_blamed("rubbish", "interrupt returned the status 12345");
}

TEST_P(RubbishSpec, RubbishInSinksIsNamedAndDropped) {
  start({.shell = "rubbish"});
  for (const char* what : {"null", "text"}) {
    const std::size_t begin = log_size();
    EXPECT_THAT(client().complete(what, 4).reply_field("matches"), ElementsAre("good")) << what;
    expect_blamed("rubbish", "complete", begin);
  }
  for (const char* what : {"null", "text", "parts", "form"}) {
    const std::size_t begin = log_size();
    const auto description = client().inspect(what, 1);
    EXPECT_EQ(description.status(), "ok") << what;
    EXPECT_EQ(description.reply_field("found"), false) << what;
    expect_blamed("rubbish", "inspect", begin);
  }
  const std::size_t begin = log_size();
  const auto completeness = client().is_complete("text");
  EXPECT_EQ(completeness.status(), "incomplete");
  EXPECT_EQ(completeness.reply_field("indent"), "");
  expect_blamed("rubbish", "is_complete", begin);
}

TEST_P(RubbishSpec, RubbishInTheSinksOfAnExpressionIsItsError) {
  start({.shell = "rubbish"});
  for (const char* what : {"null", "text", "parts", "form", "error null", "error text", "error parts"}) {
    const std::size_t begin = log_size();
    const auto cell = client().execute("good", {.user_expressions = {{"bad", what}, {"fine", "good"}}});
    const Json values = cell.reply_field("user_expressions");

    EXPECT_EQ(values["bad"]["status"], "error") << what;
    EXPECT_EQ(values["fine"]["data"]["text/plain"], "good") << what;
    expect_answered_once(cell);
    expect_blamed("rubbish", "evaluate", begin);
  }
}

TEST_P(RubbishSpec, RubbishInArgumentsIsNamedAndRefused) {
  start({.shell = "rubbish"});
  const auto cell = client().execute("arguments");

  EXPECT_EQ(cell.stdout_text(),
            "extension 0\nfail -2\ndisplay -2\nupdate -2\nvalue -2\n"
            "target -2\nno target -2\nopen nothing -2\nopen data -2\nopen buffer -2\nopen buffers -2\n"
            "open no target -2\nopen no sink -2\nsend nothing -2\nclose buffer -2\n");
  for (const char* function :
       {"extension", "fail", "display", "update", "value", "write", "add_target", "open", "send", "close"}) {
    expect_blamed("rubbish", std::string("it called ") + function);
  }
  EXPECT_THAT(kernel().log(), HasSubstr("said at a level that is none"));
  expect_good();
}

TEST_P(RubbishSpec, AStatusOfACommHandlerThatIsNoneIsNamed) {
  start({.shell = "rubbish"});
  const Json content = {{"comm_id", "c"}, {"target_name", "rubbish"}, {"data", Json::object()}};
  EXPECT_EQ(client().request(Channel::shell, "comm_open", content).messages("comm_close").size(), 0U);
  for (const char* type : {"comm_msg", "comm_close"}) {
    const std::size_t begin = log_size();
    const auto answer = client().request(Channel::shell, type, content);
    EXPECT_TRUE(answer.wait());
    EXPECT_EQ(answer.types(), std::vector<std::string>({"status", "status"}));
    expect_blamed("rubbish", type == std::string("comm_msg") ? "received" : "closed", begin);
  }
  EXPECT_EQ(client().comm_info().reply_field("comms"), Json::object());
  expect_good();
}

TEST_P(RubbishSpec, SubshellsThatAreNoneAreRefusedAndTheNextIsMade) {
  start({.shell = "rubbish"});
  for (int i = 0; i < 3; ++i) {
    const auto refused = create_subshell(client());
    EXPECT_EQ(refused.status(), "error");
    expect_answered_once(refused);
  }
  const auto made = create_subshell(client());
  EXPECT_EQ(made.status(), "ok");
  EXPECT_EQ(in_subshell(client(), made.reply_field("subshell_id"), "good").status(), "ok");
}

TEST_P(RubbishSpec, TablesWithEntriesThatAreNullAreDoneWithout) {
  start({.shell = "null_entries"});

  EXPECT_EQ(client().execute("good").status(), "ok");
  EXPECT_EQ(client().complete("x", 1).reply_field("matches"), Json::array());
  EXPECT_EQ(client().inspect("x", 1).reply_field("found"), false);
  EXPECT_EQ(client().is_complete("x").status(), "unknown");
  const auto cell = client().execute("good", {.user_expressions = {{"a", "b"}}});
  EXPECT_EQ(cell.reply_field("user_expressions")["a"]["status"], "error");
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(create_subshell(client()).status(), "error");
  for (const char* id :
       {"hermit.comm_handler/1", "hermit.complete/1", "hermit.evaluate/1", "hermit.inspect/1",
        "hermit.interrupt/1", "hermit.is_complete/1", "hermit.subshells/1", "hermit.tasks/1"}) {
    expect_blamed("null_entries", id);
  }
}

TEST_P(RubbishSpec, ASinkThatIsCalledTwiceTakesWhatCameFirst) {
  start({.shell = "keeps_sinks"});
  EXPECT_EQ(client().inspect("twice", 1).reply_field("data")["text/plain"], "first");
  expect_blamed("keeps_sinks", "inspect");
  EXPECT_EQ(client().is_complete("twice").reply_field("indent"), "first");
  expect_blamed("keeps_sinks", "is_complete");
  const auto cell = client().execute("good", {.user_expressions = {{"a", "twice"}}});
  EXPECT_EQ(cell.reply_field("user_expressions")["a"]["data"]["text/plain"], "first");
  expect_blamed("keeps_sinks", "evaluate");
}

TEST_P(RubbishSpec, ASinkTakesNothingFromAnotherThread) {
  start({.shell = "keeps_sinks"});
  EXPECT_EQ(client().complete("thread", 6).reply_field("matches"), Json::array());
  expect_blamed("keeps_sinks", "complete");
  EXPECT_EQ(client().inspect("thread", 1).reply_field("found"), false);
  expect_blamed("keeps_sinks", "inspect");
  EXPECT_EQ(client().is_complete("thread").reply_field("indent"), "");
  expect_blamed("keeps_sinks", "is_complete");
  const auto cell = client().execute("good", {.user_expressions = {{"a", "thread"}}});
  EXPECT_EQ(cell.reply_field("user_expressions")["a"]["status"], "error");
  expect_blamed("keeps_sinks", "evaluate");
}

TEST_P(RubbishSpec, ASinkIsDeadWhenItsCallIsOver) {
  start({.shell = "keeps_sinks"});
  for (const char* code : {"again", "again in a thread"}) {
    EXPECT_THAT(client().complete("x", 1).reply_field("matches"), ElementsAre("first"));
    EXPECT_EQ(client().inspect("x", 1).reply_field("data")["text/plain"], "first");
    EXPECT_EQ(client().is_complete("x").reply_field("indent"), "first");
    EXPECT_EQ(client().execute("good", {.user_expressions = {{"a", "x"}}}).status(), "ok");
    const std::size_t begin = log_size();
    const auto cell = client().execute(code);

    EXPECT_EQ(cell.status(), "ok") << code;
    expect_answered_once(cell);
    expect_blamed("keeps_sinks", "sink", begin);
  }
  EXPECT_EQ(client().inspect("x", 1).reply_field("data")["text/plain"], "first");
}

}  // namespace hermit::tests
