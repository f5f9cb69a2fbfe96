// What a history_request gets (K13).
#include <cstdint>
#include <filesystem>
#include <limits>

#include "support/folder.hpp"
#include "unit/kernel/history_kernel.hpp"

namespace hermit {
namespace {

using namespace tests;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(HistoryTest, TailGivesTheNewestCellsTheNewestLast) {
  Recorder kernel(std::nullopt);
  kernel.record({"a", "b", "c"});
  EXPECT_THAT(sources(kernel.session, tail(2)), ElementsAre("b", "c"));
  EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("a", "b", "c"));
  EXPECT_THAT(sources(kernel.session, tail(0)), IsEmpty());
  EXPECT_EQ(ask(kernel.session, tail(1)), Json::parse(R"([[1, 3, "c"]])"));
}

TEST(HistoryTest, TailWithoutANumberGivesTen) {
  Recorder kernel(std::nullopt);
  for (int i = 0; i < 12; ++i) kernel.record({"x"});
  EXPECT_EQ(ask(kernel.session, Json::object()).size(), 10u);
  EXPECT_EQ(ask(kernel.session, {{"hist_access_type", "tail"}, {"n", nullptr}}).size(), 10u);
}

TEST(HistoryTest, TailReachesBackIntoEarlierSessions) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"first"});
  Recorder(file).record({"second", "third"});
  Recorder kernel(file);
  EXPECT_THAT(sources(kernel.session, tail(2)), ElementsAre("second", "third"));
  kernel.record({"fourth"});
  EXPECT_THAT(sources(kernel.session, tail(3)), ElementsAre("second", "third", "fourth"));
  EXPECT_EQ(ask(kernel.session, tail(2)), Json::parse(R"([[2, 2, "third"], [3, 1, "fourth"]])"));
}

TEST(HistoryTest, TailTakesTheCellsOfTheAskersSessionForTheNewest) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder older(file), newer(file);
  older.record({"old 1"});
  ask(older.session, tail(1));  // by now it has its number
  newer.record({"new 1"});
  EXPECT_THAT(sources(newer.session, tail(9)), ElementsAre("old 1", "new 1"));
  EXPECT_THAT(sources(older.session, tail(9)), ElementsAre("new 1", "old 1"));
  EXPECT_THAT(sources(older.session, tail(1)), ElementsAre("old 1"));
}

TEST(HistoryTest, RangeGivesASessionUpToButNotIncludingStop) {
  Recorder kernel(std::nullopt);
  kernel.record({"a", "b", "c", "d"});
  Json request = range(0);
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("a", "b", "c", "d"));
  request["start"] = 2;
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("b", "c", "d"));
  request["stop"] = 4;
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("b", "c"));
  request["stop"] = nullptr;
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("b", "c", "d"));
  request["stop"] = 0;
  EXPECT_THAT(sources(kernel.session, request), IsEmpty());
}

TEST(HistoryTest, RangeFindsSessionsByNumberAndCountedBack) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"first"});
  Recorder(file).record({"second"});
  Recorder kernel(file);
  // Without a cell of its own its session comes after the last one, and is empty.
  EXPECT_THAT(sources(kernel.session, range(0)), IsEmpty());
  EXPECT_THAT(sources(kernel.session, range(-1)), ElementsAre("second"));
  kernel.record({"third"});
  for (const std::int64_t third : {0, 3}) {
    EXPECT_THAT(sources(kernel.session, range(third)), ElementsAre("third"));
  }
  for (const std::int64_t second : {-1, 2}) {
    EXPECT_THAT(sources(kernel.session, range(second)), ElementsAre("second"));
  }
  EXPECT_THAT(sources(kernel.session, range(-2)), ElementsAre("first"));
  const Json part = {{"hist_access_type", "range"}, {"session", 2}, {"start", 1}, {"stop", 1}};
  EXPECT_THAT(sources(kernel.session, part), IsEmpty());
  for (const std::int64_t none : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-3}, std::int64_t{4},
                                  std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_THAT(sources(kernel.session, range(none)), IsEmpty());
  }
}

TEST(HistoryTest, SearchMatchesGlobsInAllSessions) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"x = 1", "print(x)"});
  Recorder kernel(file);
  kernel.record({"x = 2", "y = 1", "z = 10"});
  EXPECT_THAT(sources(kernel.session, search("? = 1")), ElementsAre("x = 1", "y = 1"));
  EXPECT_THAT(sources(kernel.session, search("x*")), ElementsAre("x = 1", "x = 2"));
  EXPECT_THAT(sources(kernel.session, search("x")), IsEmpty());
  EXPECT_THAT(sources(kernel.session, search("[yz] = *")), ElementsAre("y = 1", "z = 10"));
  EXPECT_EQ(sources(kernel.session, {{"hist_access_type", "search"}}).size(), 5u);
}

TEST(HistoryTest, SearchKeepsTheNewestOfEqualCellsAndTheNewestOfAll) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"a", "b", "a"});
  Recorder(file).record({"c", "b"});
  Recorder kernel(file);
  kernel.record({"d", "b"});
  Json request = search("*");
  request["unique"] = true;
  EXPECT_EQ(ask(kernel.session, request),
            Json::parse(R"([[1, 3, "a"], [2, 1, "c"], [3, 1, "d"], [3, 2, "b"]])"));
  request["n"] = 2;
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("d", "b"));
  Recorder in_memory(std::nullopt);
  in_memory.record({"b", "a", "a"});
  EXPECT_THAT(sources(in_memory.session, request), ElementsAre("b", "a"));
  request["unique"] = false;
  request["n"] = 3;
  EXPECT_EQ(ask(kernel.session, request), Json::parse(R"([[2, 2, "b"], [3, 1, "d"], [3, 2, "b"]])"));
}

TEST(HistoryTest, OutputComesAsAPairWithTheSource) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  const auto record = [](HistorySession& session) {
    session.record(1, "1 + 1", "2");
    session.record(2, "x = 1", std::nullopt);
    session.record(3, "huge", std::string(2 << 20, 'x'));
  };
  {
    Recorder earlier(file);
    record(earlier.session);
  }
  Recorder kernel(file);
  record(kernel.session);
  for (const Json& access : {tail(6), search("*")}) {
    Json request = access;
    request["output"] = true;
    EXPECT_EQ(ask(kernel.session, request),
              Json::parse(R"([[1, 1, ["1 + 1", "2"]], [1, 2, ["x = 1", null]], [1, 3, ["huge", null]],
                              [2, 1, ["1 + 1", "2"]], [2, 2, ["x = 1", null]], [2, 3, ["huge", null]]])"));
  }
  Json request = range(-1);
  request["output"] = true;
  EXPECT_EQ(ask(kernel.session, request)[0], Json::parse(R"([1, 1, ["1 + 1", "2"]])"));
}

TEST(HistoryTest, RawTellsWhatWasTypedFromWhatBecameOfIt) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"x"});
  rows(file, "UPDATE history SET source = 'magic(''x'')', source_raw = '%x'");
  Recorder kernel(file);
  Json request = tail(1);
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("%x"));
  request["raw"] = false;
  EXPECT_THAT(sources(kernel.session, request), ElementsAre("magic('x')"));
}

TEST(HistoryTest, WrongFieldsAreNamed) {
  Recorder kernel(std::nullopt);
  const std::pair<const char*, const char*> cases[] = {
      {R"({"hist_access_type": "sideways"})",
       R"("hist_access_type" has to be "tail", "range" or "search", not "sideways")"},
      {R"({"hist_access_type": 5})", R"("hist_access_type" has to be text, not 5)"},
      {R"({"n": -1})", R"("n" has to be 0 or more, not -1)"},
      {R"({"n": "many"})", R"("n" has to be a whole number, not "many")"},
      {R"({"n": 1.5})", R"("n" has to be a whole number, not 1.5)"},
      {R"({"output": "yes"})", R"("output" has to be true or false, not "yes")"},
      {R"({"raw": []})", R"("raw" has to be true or false, not [])"},
      {R"({"hist_access_type": "range", "session": "x"})", R"("session" has to be a whole number, not "x")"},
      {R"({"hist_access_type": "range", "start": {}})", R"("start" has to be a whole number, not {})"},
      {R"({"hist_access_type": "range", "stop": true})", R"("stop" has to be a whole number, not true)"},
      {R"({"hist_access_type": "search", "pattern": 5})", R"("pattern" has to be text, not 5)"},
      {R"({"hist_access_type": "search", "unique": 1})", R"("unique" has to be true or false, not 1)"},
  };
  for (const auto& [content, error] : cases) {
    const auto reply = kernel.session.query(Json::parse(content));
    ASSERT_FALSE(reply) << content;
    EXPECT_EQ(reply.error().message, error);
  }
  const auto reply = kernel.session.query(search(std::string(60'000, '*').c_str()));
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("\"pattern\" has to be at most 50000 bytes long"));
  EXPECT_LT(reply.error().message.size(), 200u);
}

TEST(HistoryTest, HugeNumbersAreNumbers) {
  Recorder kernel(std::nullopt);
  kernel.record({"a"});
  EXPECT_EQ(ask(kernel.session, Json::parse(R"({"n": 18446744073709551615})")).size(), 1u);
  Json request = range(0);
  request["start"] = -9;
  request["stop"] = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(ask(kernel.session, request).size(), 1u);
}

}  // namespace
}  // namespace hermit
