// Running code: execute_request. Jupyter messaging: "Execute" (K5).
#include <algorithm>

#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;

// A character outside of Unicode's first plane: four bytes in UTF-8, two units in UTF-16, one code point.
constexpr const char* astral = "\xF0\x9D\x94\xB8";

}  // namespace

HERMIT_SPEC_OVER_ALL(ExecuteSpec);

TEST_P(ExecuteSpec, EverythingHappensBetweenBusyAndIdle) {
  const auto cell = client().execute("echo out\n1+1");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_THAT(cell.types(), ElementsAre("status", "execute_input", "stream", "execute_result", "status"));
  EXPECT_EQ(cell.messages().front().field("execution_state"), "busy");
  EXPECT_EQ(cell.messages().back().field("execution_state"), "idle");
  EXPECT_EQ(cell.stdout_text(), "out\n");
  EXPECT_EQ(cell.result_text(), "2");
}

TEST_P(ExecuteSpec, TheReplyComesAfterAllOutput) {
  // On one thread of the kernel's; the sockets differ, so the order shows in the ids of the messages, which
  // are counted as they are made.
  const auto cell = client().execute("1+1\nlines 50");  // of which the last ones wait to be sent together
  const auto number = [](const Received& message) {
    const std::string id = parse_header(message.message.header.view())->msg_id;
    return std::stoll(id.substr(id.rfind('_') + 1));
  };

  ASSERT_NE(cell.reply(), nullptr);
  EXPECT_THAT(cell.stdout_text(), ::testing::EndsWith("line 49\n"));
  for (const auto& message : cell.messages()) {
    if (message.field("execution_state") != "idle") {
      EXPECT_LT(number(message), number(*cell.reply())) << message.type;
    }
  }
  EXPECT_GT(number(cell.messages().back()), number(*cell.reply()));
}

TEST_P(ExecuteSpec, EachRequestIsAnsweredOnce) {
  const auto cell = client().execute("echo once\n1+1");
  cell.wait();
  settle();

  EXPECT_EQ(cell.replies_so_far().size(), 1U);
  EXPECT_EQ(cell.messages("execute_input").size(), 1U);
  EXPECT_EQ(cell.messages("execute_result").size(), 1U);
  EXPECT_EQ(cell.messages("status").size(), 2U);
}

TEST_P(ExecuteSpec, TheInputIsShownWithItsCount) {
  const auto first = client().execute("nop");
  const auto second = client().execute("echo again");

  ASSERT_EQ(second.messages("execute_input").size(), 1U);
  EXPECT_EQ(second.messages("execute_input")[0].field("code"), "echo again");
  EXPECT_EQ(second.messages("execute_input")[0].field("execution_count"), 2);
  EXPECT_EQ(first.reply_field("execution_count"), 1);
  EXPECT_EQ(second.reply_field("execution_count"), 2);
}

TEST_P(ExecuteSpec, TheShellAndTheResultHaveTheCountOfTheReply) {
  client().execute("nop");
  const auto cell = client().execute("count");

  EXPECT_EQ(cell.result_text(), "2");
  EXPECT_EQ(cell.messages("execute_result").at(0).field("execution_count"), 2);
  EXPECT_EQ(cell.reply_field("execution_count"), 2);
}

TEST_P(ExecuteSpec, AFailedCellCounts) {
  client().execute("fail", {.stop_on_error = false});

  EXPECT_EQ(client().execute("nop").reply_field("execution_count"), 2);
}

TEST_P(ExecuteSpec, ASilentCellShowsNoInputAndNoResultAndDoesNotCount) {
  client().execute("nop");
  const auto silent = client().execute("count\necho seen", {.silent = true});
  const auto next = client().execute("nop");

  EXPECT_EQ(silent.status(), "ok");
  EXPECT_THAT(silent.types(), ElementsAre("status", "stream", "status"));
  EXPECT_EQ(silent.reply_field("execution_count"), 1);
  EXPECT_EQ(next.reply_field("execution_count"), 2);
}

TEST_P(ExecuteSpec, ACellThatIsNotStoredDoesNotCount) {
  const auto unstored = client().execute("flags", {.store_history = false});
  const auto stored = client().execute("flags");

  EXPECT_EQ(unstored.result_text(), "allow_stdin");
  EXPECT_EQ(stored.result_text(), "store_history allow_stdin");
  EXPECT_EQ(stored.reply_field("execution_count"), 1);
}

TEST_P(ExecuteSpec, ASilentCellIsNeverStored) {
  const auto silent = client().execute("write -\nset seen yes", {.silent = true, .store_history = true});
  EXPECT_EQ(silent.status(), "ok");

  EXPECT_EQ(client().history({{"hist_access_type", "tail"}, {"n", 10}}).reply_field("history"),
            Json::array());
}

TEST_P(ExecuteSpec, TheShellIsToldWhatTheClientWants) {
  EXPECT_EQ(client().execute("flags", {.allow_stdin = false}).result_text(), "store_history");
  EXPECT_EQ(client().execute("id", {.metadata = {{"cellId", "cell-7"}}}).result_text(), "cell-7");
}

TEST_P(ExecuteSpec, FieldsThatAreMissingHaveTheProtocolsDefaults) {
  const auto cell = client().request(Channel::shell, "execute_request", {{"code", "flags"}});

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.result_text(), "store_history allow_stdin");
  EXPECT_EQ(cell.reply_field("user_expressions"), Json::object());
  EXPECT_EQ(cell.reply_field("payload"), Json::array());
}

TEST_P(ExecuteSpec, EachUserExpressionHasAnOutcomeOfItsOwn) {
  const auto cell =
      client().execute("set a one\nset b two",
                       {.user_expressions = {{"first", "a"}, {"none", "c"}, {"wrong", 7}, {"last", "b"}}});
  const Json values = cell.reply_field("user_expressions");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(values["first"]["status"], "ok");
  EXPECT_EQ(values["first"]["data"]["text/plain"], "one");
  EXPECT_EQ(values["first"]["metadata"], Json::object());
  EXPECT_EQ(values["last"]["data"]["text/plain"], "two");
  EXPECT_EQ(values["none"]["status"], "error");
  EXPECT_EQ(values["none"]["ename"], "EchoError");
  EXPECT_EQ(values["none"]["evalue"], "no such name");
  EXPECT_EQ(values["none"]["traceback"].size(), 2U);
  EXPECT_EQ(values["wrong"]["status"], "error");
}

TEST_P(ExecuteSpec, UserExpressionsOfASilentCellAreEvaluated) {
  const auto cell = client().execute("set a one", {.silent = true, .user_expressions = {{"value", "a"}}});

  EXPECT_EQ(cell.reply_field("user_expressions")["value"]["data"]["text/plain"], "one");
}

TEST_P(ExecuteSpec, UserExpressionsOfAFailedCellAreNotEvaluated) {
  const auto cell = client().execute("set a one\nfail", {.user_expressions = {{"value", "a"}}});

  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply_field("user_expressions"), Json::object());
}

TEST_P(ExecuteSpec, ContentOfTheWrongTypesIsAnsweredWithAnError) {
  if (door() == "callable") GTEST_SKIP() << "a message as one JSON object has no such part";
  for (const char* content : {R"({})", R"({"code": 5})", R"({"code": null})", R"([1, 2])", R"("code")", "7",
                              "null", "{", "not JSON at all", "\xff\xfe", R"({"code": "\ud80"})"}) {
    Message message = client().message("execute_request");
    message.content = std::string(content);
    const auto cell = client().request(Channel::shell, std::move(message));

    EXPECT_EQ(cell.status(), "error") << content;
    EXPECT_EQ(cell.messages("status").size(), 2U) << content;
    EXPECT_EQ(cell.messages("execute_input").size(), 0U) << content;
    EXPECT_NE(cell.reply_field("evalue"), "") << content;
  }
  EXPECT_EQ(client().execute("count").result_text(), "1");
}

TEST_P(ExecuteSpec, HalfACharacterOfJavaScriptBecomesAReplacementCharacter) {
  Message message = client().message("execute_request");
  message.content = std::string(R"({"code": "echo cut \ud83d emoji"})");
  const auto cell = client().request(Channel::shell, std::move(message));

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.stdout_text(), "cut \xEF\xBF\xBD emoji\n");
}

TEST_P(ExecuteSpec, AnOptionOfTheWrongTypeIsNamedInTheError) {
  for (const char* option : {"silent", "store_history", "allow_stdin", "stop_on_error", "user_expressions"}) {
    const auto cell =
        client().request(Channel::shell, "execute_request", {{"code", "echo ran"}, {option, "neither"}});

    EXPECT_EQ(cell.status(), "error") << option;
    EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), ::testing::HasSubstr(option));
    EXPECT_EQ(cell.stdout_text(), "");
  }
}

TEST_P(ExecuteSpec, CodeMayContainNul) {
  const std::string text("a\0b", 3);
  const auto cell = client().execute("value " + text);

  EXPECT_EQ(cell.result_text(), text);
  EXPECT_EQ(cell.messages("execute_input").at(0).field("code"), "value " + text);
}

TEST_P(ExecuteSpec, CodeMayContainAnyCharacter) {
  const std::string text = std::string("\xC3\xA9\xE2\x82\xAC") + astral + "\"\\\x7f\x1b";
  const auto cell = client().execute("value " + text + "\necho " + text);

  EXPECT_EQ(cell.result_text(), text);
  EXPECT_EQ(cell.stdout_text(), text + "\n");
}

TEST_P(ExecuteSpec, CodeMayHaveTenMegabytes) {
  const std::string text(10'000'000, 'c');
  const auto cell = client().execute("echo " + text);

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.stdout_text(), text + "\n");
}

TEST_P(ExecuteSpec, EmptyCodeRuns) {
  const auto cell = client().execute("");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.reply_field("execution_count"), 1);
}

TEST_P(ExecuteSpec, CellsThatAreSentTogetherRunInOrder) {
  std::vector<Answer> cells;
  for (int i = 0; i < 50; ++i) cells.push_back(client().execute("count"));

  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(cells[static_cast<std::size_t>(i)].result_text(), std::to_string(i + 1));
}

TEST_P(ExecuteSpec, ACellThatFinishesLaterKeepsTheNextWaiting) {
  const auto pending = client().execute("pending 50\necho first\n1+1");
  const auto next = client().execute("count");

  EXPECT_EQ(pending.status(), "ok");
  EXPECT_EQ(pending.stdout_text(), "first\n");
  EXPECT_EQ(pending.result_text(), "2");
  EXPECT_EQ(next.result_text(), "2");
}

TEST_P(ExecuteSpec, AValueInManyFormsArrivesInEach) {
  const auto cell = client().execute("bundle");
  const Json result = cell.messages("execute_result").at(0).content;

  EXPECT_EQ(result["data"]["text/plain"], "a bundle");
  EXPECT_EQ(result["data"]["application/json"], Json({{"answer", {42, nullptr}}}));
  EXPECT_EQ(result["data"]["application/octet-stream"], "AP+AQQ==");
  EXPECT_EQ(result["metadata"]["text/plain"]["lines"], 1);
}

TEST_P(ExecuteSpec, CellsOnControlRunToo) {
  const auto cell = client().execute("echo controlled", {.channel = Channel::control});

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.stdout_text(), "controlled\n");
  EXPECT_EQ(cell.reply()->channel, Channel::control);
}

TEST_P(ExecuteSpec, EachClientHearsOfTheOthersCellsAndGetsItsOwnReplies) {
  Client& first = client();
  Client& second = new_client();
  const auto cell = first.execute("echo heard");
  const auto own = second.execute("echo own");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(own.stdout_text(), "own\n");
  EXPECT_TRUE(second.receive_until([&] {
    return std::any_of(second.others().begin(), second.others().end(), [&](const Received& other) {
      return other.parent == cell.msg_id() && other.field("text") == "heard\n";
    });
  }));
  for (const auto& other : second.others()) {
    EXPECT_EQ(other.channel, Channel::iopub) << "a reply for another client: " << other.type;
  }
}

}  // namespace hermit::tests
