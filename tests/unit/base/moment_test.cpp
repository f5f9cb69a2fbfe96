// Something that happens once.
#include "base/moment.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace hermit::tests {

TEST(MomentTest, WhatFollowsIsCalledOnceInOrder) {
  Moment moment;
  std::string called;
  moment.then([&] { called += "a"; });
  moment.then([&] { called += "b"; });
  EXPECT_FALSE(moment.has_happened());
  EXPECT_EQ(called, "");
  moment.happen();
  moment.happen();
  EXPECT_TRUE(moment.has_happened());
  EXPECT_EQ(called, "ab");
  moment.then([&] { called += "c"; });
  EXPECT_EQ(called, "abc") << "at once when it has happened";
}

TEST(MomentTest, WhoFollowsMayAskAgain) {
  Moment moment;
  bool nested = false;
  moment.then([&] { moment.then([&] { nested = true; }); });
  moment.happen();
  EXPECT_TRUE(nested);
}

TEST(MomentTest, ItIsWaitedFor) {
  Moment moment;
  EXPECT_FALSE(moment.wait_until(std::chrono::steady_clock::now()));
  std::thread other([&] { moment.happen(); });
  EXPECT_TRUE(moment.wait_until(std::chrono::steady_clock::now() + std::chrono::minutes(1)));
  other.join();
}

}  // namespace hermit::tests
