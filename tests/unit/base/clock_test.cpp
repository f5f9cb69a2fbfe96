// Dates as the protocol writes them.
#include "base/clock.hpp"

#include <ctime>
#include <regex>
#include <thread>

#include <gtest/gtest.h>

namespace hermit {
namespace {

TEST(ClockTest, TheDateIsIso8601InUtcWithMicroseconds) {
  const std::regex iso("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z");
  EXPECT_TRUE(std::regex_match(utc_now(), iso)) << utc_now();
}

TEST(ClockTest, TheDateIsNow) {
  const std::time_t before = std::time(nullptr);
  const std::string text = utc_now();
  const std::time_t after = std::time(nullptr);
  std::tm calendar{};
  ASSERT_NE(strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &calendar), nullptr);
  const std::time_t told = timegm(&calendar);

  EXPECT_GE(told, before);
  EXPECT_LE(told, after);
}

TEST(ClockTest, LaterDatesAreNotSmaller) {
  std::string last = utc_now();
  for (int i = 0; i < 10'000; ++i) {
    const std::string next = utc_now();
    ASSERT_GE(next, last);
    last = next;
  }
}

TEST(ClockTest, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 1000; ++j) EXPECT_EQ(utc_now().size(), 27U);
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace hermit
