// A shell as it was built for an earlier version of the ABI, in the present host: it loads, and whatever it
// uses does what it did then (S1). Its source and its headers are kept in tests/abi, in the folder of that
// version.
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"
#include "support/subshells.hpp"

namespace hermit::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Json value = {{"text/plain", "the value"}, {"application/json", {1, 2}}, {"image/png", "cG5n"}};

}  // namespace

HERMIT_SPEC(FrozenSpec);

TEST_P(FrozenSpec, AShellOf09ShowsWhatItHas) {
  start({.shell = "frozen-0.9"});
  const auto result = client().execute("result");
  const auto shown = client().execute("display");
  const auto printed = client().execute("stream");
  const auto failed = client().execute("fail", {.stop_on_error = false});

  ASSERT_EQ(result.messages("execute_result").size(), 1U);
  EXPECT_EQ(result.messages("execute_result").front().field("data"), value);
  EXPECT_EQ(result.messages("execute_result").front().field("metadata"), Json({{"cold", true}}));
  EXPECT_EQ(shown.messages("display_data").size(), 1U);
  EXPECT_EQ(shown.messages("update_display_data").size(), 1U);
  EXPECT_EQ(shown.messages("clear_output").size(), 1U);
  EXPECT_EQ(printed.stdout_text(), "out\n");
  EXPECT_EQ(failed.reply_field("ename"), "ColdError");
  EXPECT_EQ(failed.reply_field("traceback"), Json({"line 1", "line 2"}));
}

TEST_P(FrozenSpec, AShellOf09AsksTheHost) {
  start({.shell = "frozen-0.9", .arguments = {"--FrozenShell.word=snow"}});
  const auto asked = client().execute("input");
  const Received* question = asked.wait_for_input();
  ASSERT_NE(question, nullptr);
  EXPECT_EQ(question->field("prompt"), "word? ");
  client().reply_to_input(*question, "hail");

  EXPECT_EQ(asked.stdout_text(), "hail");
  EXPECT_EQ(client().execute("setting").stdout_text(), "snow");
  EXPECT_EQ(client().execute("embedding").stdout_text(), "alone");
  EXPECT_EQ(client().execute("log").status(), "ok");
  EXPECT_THAT(kernel().log(), HasSubstr("frozen: a cold line"));
}

TEST_P(FrozenSpec, AShellOf09EndsItsCellsLaterOrWhenItIsAskedTo) {
  start({.shell = "frozen-0.9"});
  for (const char* word : {"task", "finish"}) {
    const auto cell = client().execute(word);
    EXPECT_EQ(cell.status(), "ok") << word;
    EXPECT_EQ(cell.messages("execute_result").size(), 1U) << word;
  }
  const auto waiting = client().execute("wait", {.stop_on_error = false});
  ASSERT_TRUE(waiting.wait_for_stdout("waiting\n"));
  client().interrupt().wait();
  EXPECT_EQ(waiting.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(client().execute("").status(), "ok");
}

TEST_P(FrozenSpec, AShellOf09AnswersQuestions) {
  start({.shell = "frozen-0.9"});
  const auto completion = client().complete("r", 1);
  const Json values = client()
                          .execute("", {.user_expressions = {{"a", "known"}, {"b", "unknown"}}})
                          .reply_field("user_expressions");

  EXPECT_THAT(completion.reply_field("matches"), Contains("result"));
  EXPECT_EQ(completion.reply_field("cursor_end"), 1);
  EXPECT_EQ(client().inspect("r", 1, 0).reply_field("data")["text/plain"], "a word");
  EXPECT_EQ(client().inspect("r", 1, 1).reply_field("data")["text/plain"], "a word, in full");
  EXPECT_EQ(client().is_complete("half").reply_field("indent"), "    ");
  EXPECT_EQ(client().is_complete("whole").status(), "complete");
  EXPECT_EQ(values["a"]["data"]["text/plain"], "known");
  EXPECT_EQ(values["b"]["ename"], "ColdError");
  const Json history = client().history({{"hist_access_type", "tail"}, {"n", 1}}).reply_field("history");
  EXPECT_EQ(history, Json::parse(R"([[1, 1, "frozen"]])"));
}

TEST_P(FrozenSpec, AShellOf09HasCommsAndSubshells) {
  start({.shell = "frozen-0.9"});
  const auto opened = client().execute("comm");
  const auto ask = [&](const char* type, const Json& content) {
    return client().request(Channel::shell, type, content).stdout_text();
  };
  EXPECT_EQ(opened.status(), "ok");
  EXPECT_EQ(opened.stdout_text(), "cold-comm");
  ASSERT_EQ(opened.messages("comm_open").size(), 1U);
  EXPECT_EQ(opened.messages("comm_open").front().message.buffers.size(), 1U);
  EXPECT_EQ(opened.messages("comm_msg").size(), 1U);
  EXPECT_EQ(opened.messages("comm_close").size(), 1U);
  EXPECT_EQ(ask("comm_open", {{"comm_id", "a"}, {"target_name", "snow"}, {"data", Json::object()}}),
            "opened snow");
  EXPECT_EQ(ask("comm_msg", {{"comm_id", "a"}, {"data", {1}}}), "received [1]");
  EXPECT_EQ(ask("comm_close", {{"comm_id", "a"}, {"data", Json::object()}}), "closed a");

  const Json subshell = create_subshell(client()).reply_field("subshell_id");
  ASSERT_TRUE(subshell.is_string());
  EXPECT_EQ(ask_subshell(client(), subshell, "execute_request", {{"code", "stream"}}).stdout_text(), "out\n");
}

}  // namespace hermit::tests
