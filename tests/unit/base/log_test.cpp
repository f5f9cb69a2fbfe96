// Who gets the lines of the log.
#include "base/log.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

// Keeps what it is given.
log::Listener::Take into(std::vector<std::string>& lines) {
  return [&lines](std::string_view line) { lines.emplace_back(line); };
}

}  // namespace

TEST(LogTest, AListenerGetsALineAsItWouldBeWrittenInPlaceOfStandardError) {
  std::vector<std::string> lines;
  ::testing::internal::CaptureStderr();
  {
    const log::Listener listener(into(lines));
    log::warning("the tide is {}", "out");
  }
  log::warning("nobody listens");

  EXPECT_THAT(lines, ElementsAre(MatchesRegex("\\[hermit .*warning\\] the tide is out")));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("\\[hermit .*warning\\] nobody listens\n"));
}

TEST(LogTest, EveryListenerGetsEveryLineUntilItsEnd) {
  std::vector<std::string> one, two;
  const log::Listener listener(into(one));
  {
    const log::Listener other(into(two));
    log::error("both");
  }
  log::error("one");

  EXPECT_THAT(one, ElementsAre(EndsWith("both"), EndsWith("one")));
  EXPECT_THAT(two, ElementsAre(EndsWith("both")));
}

TEST(LogTest, LinesBelowTheLevelAreGivenToNobody) {
  std::vector<std::string> lines;
  const log::Listener listener(into(lines));
  log::info("not yet");
  EXPECT_THAT(lines, IsEmpty());

  log::set_level(log::Level::info);
  log::info("now");
  log::set_level(log::Level::warning);
  EXPECT_THAT(lines, ElementsAre(EndsWith("info] now")));
}

TEST(LogTest, LinesOfManyThreadsAreGivenOneByOne) {
  std::vector<std::string> lines;
  const log::Listener listener(into(lines));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int line = 0; line < 500; ++line) log::warning("line");
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(lines.size(), 2000U);
}

}  // namespace hermit::tests
