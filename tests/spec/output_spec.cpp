// What a cell shows: streams, displays, results (K10). Jupyter messaging: "Streams", "Display data".
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;

// The lines that the command `lines` writes.
std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

HERMIT_SPEC(OutputSpec);

TEST_P(OutputSpec, ManySmallWritesAreJoined) {
  const auto cell = client().execute("lines 20000");

  EXPECT_EQ(cell.stdout_text(), numbered_lines(20000));
  EXPECT_LT(cell.messages("stream").size(), 2000U);
}

TEST_P(OutputSpec, AHundredThousandLinesArriveCompleteAndInOrder) {
  const auto cell = client().execute("lines 100000");

  EXPECT_EQ(cell.stdout_text(), numbered_lines(100000));
}

TEST_P(OutputSpec, AReaderThatStartsLateMissesNothing) {
  // The reader looks at nothing until another client has seen the cell end.
  Client& late = client();
  Client& watcher = new_client();
  const auto cell = late.execute("lines 100000");
  ASSERT_TRUE(watcher.receive_until([&] {
    const auto& others = watcher.others();
    return !others.empty() && others.back().parent == cell.msg_id() && others.back().type == "status" &&
           others.back().field("execution_state") == "idle";
  }));

  EXPECT_EQ(cell.stdout_text(), numbered_lines(100000));
  EXPECT_EQ(cell.status(), "ok");
}

TEST_P(OutputSpec, TheOrderAmongAllOutputHolds) {
  const auto cell = client().execute("echo a\nerr b\necho c\ndisplay d\necho e\n1+1\nerr f\nclear 1\necho g");

  EXPECT_THAT(cell.types(),
              ElementsAre("status", "execute_input", "stream", "stream", "stream", "display_data", "stream",
                          "execute_result", "stream", "clear_output", "stream", "status"));
  std::vector<std::string> texts;
  for (const auto& message : cell.messages("stream")) {
    texts.push_back(message.field("name").get<std::string>() + " " +
                    message.field("text").get<std::string>());
  }
  EXPECT_THAT(
      texts, ElementsAre("stdout a\n", "stderr b\n", "stdout c\n", "stdout e\n", "stderr f\n", "stdout g\n"));
  EXPECT_EQ(cell.messages("clear_output").at(0).field("wait"), true);
}

TEST_P(OutputSpec, TextWithoutANewlineIsNotHeldBack) {
  const auto cell = client().execute("write no newline\nspin");

  EXPECT_TRUE(cell.wait_for_stdout("no newline"));
  client().interrupt().wait();
  EXPECT_EQ(cell.stdout_text(), "no newline");
}

TEST_P(OutputSpec, EveryLineOfARunningCellArrivesWhileItRuns) {
  const auto cell = client().execute("echo one\necho two\necho three\nspin");

  EXPECT_TRUE(cell.wait_for_stdout("one\ntwo\nthree\n"));
  EXPECT_FALSE(cell.complete_so_far());
  client().interrupt().wait();
}

TEST_P(OutputSpec, ACharacterSplitOverTwoWritesIsWhole) {
  const auto cell = client().execute("raw F0 9D\nraw 94\nraw B8 C3\nraw A9");

  EXPECT_EQ(cell.stdout_text(), "\xF0\x9D\x94\xB8\xC3\xA9");
}

TEST_P(OutputSpec, ACharacterSplitAroundTheOtherStreamIsWhole) {
  const auto cell = client().execute("raw C3\nerr between\nraw A9");

  EXPECT_EQ(cell.stdout_text(), "\xC3\xA9");
  EXPECT_EQ(cell.stderr_text(), "between\n");
}

TEST_P(OutputSpec, InvalidUtf8IsRepaired) {
  const auto cell = client().execute("raw 61 FF 62 C3 28 63\nraw ED A0 80\necho end");
  const std::string text = cell.stdout_text();

  EXPECT_EQ(text.substr(0, 4), "a\xEF\xBF\xBD");
  EXPECT_EQ(text.substr(4, 1), "b");
  EXPECT_THAT(text, ::testing::EndsWith("end\n"));
  EXPECT_EQ(cell.status(), "ok");
}

TEST_P(OutputSpec, ACharacterThatIsNeverCompletedIsRepairedAtTheEnd) {
  const auto cell = client().execute("raw 61 E2 82");

  EXPECT_EQ(cell.stdout_text(), "a\xEF\xBF\xBD");
}

TEST_P(OutputSpec, TenMegabytesInOneWriteArrive) {
  const auto cell = client().execute("big 10000000\necho end");
  const std::string text = cell.stdout_text();

  EXPECT_EQ(text.size(), 10'000'000U + 4);
  EXPECT_EQ(text.find_first_not_of('x'), 10'000'000U);
}

TEST_P(OutputSpec, ControlCharactersArriveAsTheyAre) {
  std::string text;
  for (int byte = 1; byte < 0x80; ++byte) {
    if (byte != '\n') text += static_cast<char>(byte);
  }
  text += std::string("\0after NUL", 10);

  EXPECT_EQ(client().execute("echo " + text).stdout_text(), text + "\n");
}

TEST_P(OutputSpec, EmptyWritesShowNothing) {
  EXPECT_THAT(client().execute("write \nraw ").types(), ElementsAre("status", "execute_input", "status"));
}

TEST_P(OutputSpec, LateOutputBelongsToItsCell) {
  const auto cell = client().execute("late after the end");
  const auto next = client().execute("echo next");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_TRUE(cell.wait_for_stdout("after the end\n"));
  EXPECT_EQ(next.stdout_text(), "next\n");
}

TEST_P(OutputSpec, TwoCellsThatFinishedKeepTheirOutputApart) {
  const auto first = client().execute("late first");
  const auto second = client().execute("late second");

  EXPECT_TRUE(first.wait_for_stdout("first\n"));
  EXPECT_TRUE(second.wait_for_stdout("second\n"));
  EXPECT_EQ(first.stdout_text(), "first\n");
  EXPECT_EQ(second.stdout_text(), "second\n");
}

TEST_P(OutputSpec, OutputOfASilentCellIsShown) {
  const auto cell = client().execute("echo loud\ndisplay shown", {.silent = true});

  EXPECT_EQ(cell.stdout_text(), "loud\n");
  EXPECT_EQ(cell.messages("display_data").size(), 1U);
}

TEST_P(OutputSpec, ADisplayWithAnIdCanBeUpdatedByALaterCell) {
  const auto shown = client().execute("display first the-id");
  const auto changed = client().execute("update the-id second");

  const Received display = shown.messages("display_data").at(0);
  EXPECT_EQ(display.field("transient"), Json({{"display_id", "the-id"}}));
  EXPECT_EQ(display.field("data"), Json({{"text/plain", "first"}}));
  EXPECT_EQ(display.field("metadata"), Json::object());
  const Received update = changed.messages("update_display_data").at(0);
  EXPECT_EQ(update.field("transient"), Json({{"display_id", "the-id"}}));
  EXPECT_EQ(update.field("data"), Json({{"text/plain", "second"}}));
  EXPECT_EQ(client().execute("display plain").messages("display_data").at(0).field("transient"),
            Json::object());
}

TEST_P(OutputSpec, AThreadOfACellThatHasEndedUpdatesWhatWasShown) {
  const auto cell = client().execute("display first the-id\npending 0\nfinish\nupdate the-id second");

  EXPECT_EQ(cell.status(), "ok");
  ASSERT_TRUE(cell.wait_for("update_display_data"));
  const Received update = cell.messages("update_display_data").at(0);
  EXPECT_EQ(update.field("data"), Json({{"text/plain", "second"}}));
  EXPECT_EQ(update.field("transient"), Json({{"display_id", "the-id"}}));
}

TEST_P(OutputSpec, AThreadOfARunningCellShowsUpdatesAndClears) {
  const auto cell = client().execute("pending 0\ndisplay first the-id\nupdate the-id second\nclear 1\n1+1");

  EXPECT_THAT(cell.types(), ElementsAre("status", "execute_input", "display_data", "update_display_data",
                                        "clear_output", "execute_result", "status"));
}

TEST_P(OutputSpec, AnUpdateWithoutAnIdIsRefused) {
  const auto cell = client().execute("update  text");

  EXPECT_EQ(cell.reply_field("evalue"), "update: -2");
  EXPECT_EQ(cell.messages("update_display_data").size(), 0U);
}

TEST_P(OutputSpec, AValueAndADisplayShowTheSameInTheirOwnWays) {
  const auto value = client().execute("bundle").messages("execute_result").at(0);
  const auto display = client().execute("show_bundle the-id").messages("display_data").at(0);

  EXPECT_EQ(display.field("data"), Json({{"text/plain", "a bundle"},
                                         {"application/json", {{"answer", {42, nullptr}}}},
                                         {"application/octet-stream", "AP+AQQ=="}}));
  EXPECT_EQ(value.field("data"), display.field("data"));
  EXPECT_EQ(value.field("metadata"), Json({{"text/plain", {{"lines", 1}}}}));
  EXPECT_EQ(value.field("metadata"), display.field("metadata"));
  EXPECT_TRUE(value.content.contains("execution_count"));
  EXPECT_FALSE(display.content.contains("execution_count"));
  EXPECT_EQ(display.field("transient"), Json({{"display_id", "the-id"}}));
}

TEST_P(OutputSpec, ASilentCellShowsAllButItsValue) {
  const auto cell =
      client().execute("display first the-id\nupdate the-id second\nclear 0\n1+1", {.silent = true});

  EXPECT_THAT(cell.types(),
              ElementsAre("status", "display_data", "update_display_data", "clear_output", "status"));
}

TEST_P(OutputSpec, ClearingIsAtOnceOrWaitsForWhatIsShownNext) {
  const auto cell = client().execute("clear 0\nclear 1");
  const auto clearings = cell.messages("clear_output");

  ASSERT_EQ(clearings.size(), 2U);
  EXPECT_EQ(clearings[0].content, Json({{"wait", false}}));
  EXPECT_EQ(clearings[1].content, Json({{"wait", true}}));
}

TEST_P(OutputSpec, TopicsAreTheTypesSoThatAClientCanChoose) {
  if (door() == "callable") GTEST_SKIP() << "this door knows no topics";
  const auto cell = client().execute("echo out\nerr bad\n1+1");
  std::vector<std::string> topics;
  for (const auto& message : cell.messages()) {
    ASSERT_EQ(message.message.idents.size(), 1U);
    topics.emplace_back(message.message.idents[0].view());
  }

  EXPECT_THAT(topics, ElementsAre("status", "execute_input", "stream.stdout", "stream.stderr",
                                  "execute_result", "status"));
}

}  // namespace hermit::tests
