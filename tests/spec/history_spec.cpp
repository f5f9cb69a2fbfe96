// history_request (K13). Jupyter messaging: "History".
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The inputs that a history_reply lists.
std::vector<std::string> inputs(const Answer& answer) {
  std::vector<std::string> inputs;
  for (const auto& entry : answer.reply_field("history")) {
    inputs.push_back((entry.at(2).is_array() ? entry.at(2).at(0) : entry.at(2)).get<std::string>());
  }
  return inputs;
}

}  // namespace

class HistorySpec : public KernelSpec {
 protected:
  void SetUp() override {
    for (const char* code : {"nop", "value one", "set a b", "value one"}) client().execute(code).wait();
  }
};
HERMIT_SPEC_OVER(HistorySpec, doors());
HERMIT_SPEC(HistoryFileSpec);  // between kernels
HERMIT_SPEC(OwnHistorySpec);   // a shell that does without the host's

TEST_P(HistorySpec, TailGivesTheLastCells) {
  EXPECT_THAT(inputs(client().history({{"hist_access_type", "tail"}, {"n", 2}})),
              ElementsAre("set a b", "value one"));
  EXPECT_THAT(inputs(client().history({{"hist_access_type", "tail"}, {"n", 100}})),
              ElementsAre("nop", "value one", "set a b", "value one"));
  EXPECT_THAT(inputs(client().history({{"hist_access_type", "tail"}, {"n", 0}})), IsEmpty());
}

TEST_P(HistorySpec, RangeIsOfThisSessionAndItsStopIsNotPartOfIt) {
  const auto range = [&](const Json& start, const Json& stop) {
    return inputs(
        client().history({{"hist_access_type", "range"}, {"session", 0}, {"start", start}, {"stop", stop}}));
  };
  EXPECT_THAT(range(1, 3), ElementsAre("nop", "value one"));
  EXPECT_THAT(range(2, nullptr), ElementsAre("value one", "set a b", "value one"));
  EXPECT_THAT(range(3, 3), IsEmpty());
  EXPECT_THAT(range(50, 60), IsEmpty());
}

TEST_P(HistorySpec, SearchTakesAPattern) {
  const auto search = [&](const char* pattern) {
    return inputs(client().history({{"hist_access_type", "search"}, {"pattern", pattern}}));
  };
  EXPECT_THAT(search("value*"), ElementsAre("value one", "value one"));
  EXPECT_THAT(search("*a b"), ElementsAre("set a b"));
  EXPECT_THAT(search("n?p"), ElementsAre("nop"));
  EXPECT_THAT(search("value"), IsEmpty());
}

TEST_P(HistorySpec, SearchForUniqueCellsKeepsTheLastAndThenTheLastN) {
  EXPECT_THAT(inputs(client().history({{"hist_access_type", "search"}, {"pattern", "*"}, {"unique", true}})),
              ElementsAre("nop", "set a b", "value one"));
  EXPECT_THAT(inputs(client().history(
                  {{"hist_access_type", "search"}, {"pattern", "*"}, {"unique", true}, {"n", 2}})),
              ElementsAre("set a b", "value one"));
}

TEST_P(HistorySpec, OutputComesWithTheInputWhenAskedFor) {
  const auto answer =
      client().history({{"hist_access_type", "tail"}, {"n", 2}, {"output", true}, {"raw", true}});
  const Json history = answer.reply_field("history");

  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0][2], Json::array({"set a b", nullptr}));
  EXPECT_EQ(history[1][2], Json::array({"value one", "one"}));
}

TEST_P(HistorySpec, EachEntryHasItsExecutionCount) {
  const Json history = client().history({{"hist_access_type", "tail"}, {"n", 2}}).reply_field("history");

  ASSERT_EQ(history.size(), 2U);
  EXPECT_TRUE(history[0][0].is_number_integer());
  EXPECT_EQ(history[0][1], 3);
  EXPECT_EQ(history[1][1], 4);
}

TEST_P(HistorySpec, CellsThatAreSilentOrNotStoredAreNotInIt) {
  client().execute("echo silent", {.silent = true}).wait();
  client().execute("echo unstored", {.store_history = false}).wait();

  EXPECT_THAT(inputs(client().history({{"hist_access_type", "tail"}, {"n", 1}})), ElementsAre("value one"));
}

TEST_P(HistorySpec, FailedCellsAreInItAndAbortedOnesAreNot) {
  const auto failed = execute_held("fail");
  const auto aborted = client().execute("echo aborted");
  let_go(failed);
  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(aborted.status(), "aborted");

  EXPECT_THAT(inputs(client().history({{"hist_access_type", "tail"}, {"n", 1}})),
              ElementsAre("input held\nfail"));
}

TEST_P(HistorySpec, AnUnknownAccessTypeIsAnErrorThatListsTheKnown) {
  const auto answer = client().history({{"hist_access_type", "everything"}});

  EXPECT_EQ(answer.status(), "error");
  EXPECT_THAT(answer.reply_field("evalue").get<std::string>(), ::testing::HasSubstr("range"));
}

TEST_P(HistorySpec, OddNumbersAreAnswered) {
  for (const Json& odd : {Json(-1), Json(1e300), Json("x"), Json(), Json(9223372036854775807LL),
                          Json(18446744073709551615ULL), Json::array()}) {
    for (const char* access : {"tail", "range", "search"}) {
      const auto answer = client().history({{"hist_access_type", access},
                                            {"n", odd},
                                            {"session", odd},
                                            {"start", odd},
                                            {"stop", odd},
                                            {"pattern", odd}});
      EXPECT_NE(answer.status(), "") << access << " " << odd;
    }
  }
}

TEST_P(HistorySpec, AVeryLargeTailIsEverything) {
  EXPECT_EQ(inputs(client().history({{"hist_access_type", "tail"}, {"n", 18446744073709551615ULL}})).size(),
            4U);
}

TEST_P(HistorySpec, AQuestionMarkStandsForOneCharacterAlsoOutsideOfAscii) {
  client().execute("echo \xC3\xA9").wait();
  client().execute("echo \xF0\x9D\x94\xB8").wait();

  EXPECT_THAT(inputs(client().history({{"hist_access_type", "search"}, {"pattern", "echo ?"}})),
              ElementsAre("echo \xC3\xA9", "echo \xF0\x9D\x94\xB8"));
}

TEST_P(HistorySpec, APatternFullOfStarsIsAnsweredSoon) {
  client().execute("echo " + std::string(20'000, 'a')).wait();
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";

  EXPECT_THAT(inputs(client().history({{"hist_access_type", "search"}, {"pattern", pattern + "*b"}})),
              IsEmpty());
}

TEST_P(HistoryFileSpec, NegativeSessionsAreThoseBeforeThisOne) {
  const Folder folder;
  const Start options{.arguments = {"--history_file=" + (folder.path() / "history.sqlite").string()}};
  {
    const auto before = new_kernel(options);
    const auto transport = before->connect();
    Client speaker(*transport, patience);
    ASSERT_TRUE(speaker.wait_for_welcome());
    EXPECT_EQ(speaker.execute("echo before").status(), "ok");
    EXPECT_EQ(speaker.shutdown().status(), "ok");
    ASSERT_TRUE(before->wait(soon()));
  }
  start(options);
  EXPECT_EQ(client().execute("echo now").status(), "ok");
  const auto range = [&](int session) {
    return inputs(
        client().history({{"hist_access_type", "range"}, {"session", session}, {"start", 1}, {"stop", 9}}));
  };

  EXPECT_THAT(range(0), ElementsAre("echo now"));
  EXPECT_THAT(range(-1), ElementsAre("echo before"));
  EXPECT_THAT(range(-2), IsEmpty());
}

TEST_P(OwnHistorySpec, AShellMayKeepIt) {
  start({.shell = "own_history"});
  EXPECT_EQ(client().execute("not recorded by the host").status(), "ok");
  const auto tail = client().history({{"hist_access_type", "tail"}, {"n", 5}});
  EXPECT_EQ(tail.status(), "ok");
  EXPECT_EQ(tail.reply_field("history"), Json::array({{7, 1, "mine"}}));
  for (const char* type : {"search", "range"}) {
    const auto failed = client().history({{"hist_access_type", type}, {"pattern", "*"}});
    EXPECT_EQ(failed.status(), "error") << type;
    EXPECT_NE(failed.reply_field("evalue").get<std::string>().find("own_history"), std::string::npos) << type;
  }
}

}  // namespace hermit::tests
