// A log that others cannot fill.
#include "base/limited_log.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"

namespace hermit {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto a_moment = std::chrono::milliseconds(1);

class LimitedLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_;
  const log::Listener listener_{[this](std::string_view line) { lines_.emplace_back(line); }};
  LimitedLog::Clock::time_point now_ = LimitedLog::Clock::now();
};

TEST_F(LimitedLogTest, TheFirstOfAKindIsWrittenAtOnce) {
  LimitedLog log;
  log.warn("a shell was empty", "that of a whelk", now_);
  log.warn("a crab was pale", {}, now_);
  EXPECT_THAT(lines_,
              ElementsAre(EndsWith("a shell was empty: that of a whelk"), EndsWith("a crab was pale")));
}

TEST_F(LimitedLogTest, ThoseThatFollowAreCountedAndToldInOneLine) {
  LimitedLog log;
  for (int i = 0; i < 1000; ++i) log.warn("a shell was empty", {}, now_);
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(log.tell(now_), now_ + LimitedLog::interval);
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_FALSE(log.tell(now_ + LimitedLog::interval));
  EXPECT_THAT(lines_, ElementsAre(EndsWith("a shell was empty"),
                                  AllOf(HasSubstr("a shell was empty"), HasSubstr("999 more"))));
}

TEST_F(LimitedLogTest, AfterALineOfCountsThereIsAnotherInterval) {
  LimitedLog log;
  log.warn("a shell was empty", {}, now_);
  log.warn("a shell was empty", {}, now_);
  now_ += LimitedLog::interval;
  log.tell(now_);
  lines_.clear();
  for (int i = 0; i < 10; ++i) log.warn("a shell was empty", {}, now_ + a_moment);
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_TRUE(log.tell(now_ + a_moment));
}

TEST_F(LimitedLogTest, WhatWasCountedIsToldBeforeTheNextThatIsWritten) {
  LimitedLog log;
  for (int i = 0; i < 3; ++i) log.warn("a shell was empty", {}, now_);
  log.warn("a shell was empty", "again", now_ + LimitedLog::interval);
  EXPECT_THAT(lines_, ElementsAre(EndsWith("empty"), HasSubstr("2 more"), EndsWith("again")));
}

TEST_F(LimitedLogTest, TheRestIsToldAtTheEnd) {
  {
    LimitedLog log;
    for (int i = 0; i < 3; ++i) log.warn("a shell was empty", {}, now_);
    EXPECT_THAT(lines_, SizeIs(1));
  }
  EXPECT_THAT(lines_, ElementsAre(EndsWith("empty"), HasSubstr("2 more")));
}

TEST_F(LimitedLogTest, DetailsFromElsewhereStayOnTheLineAndAreShort) {
  LimitedLog log;
  log.warn("a shell was empty", "one\n[hermit] two\xff" + std::string(100'000, 'x'), now_);
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0], AllOf(HasSubstr("one [hermit] two\uFFFD"), EndsWith("x…")));
  EXPECT_LT(lines_[0].size(), 300U);
}

}  // namespace
}  // namespace hermit
