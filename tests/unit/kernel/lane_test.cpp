// The executor bound to one thread (K4).
#include "kernel/lane.hpp"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

// Posts a task and waits until it has run, and all before it.
void settle(Lane& lane) {
  std::promise<void> done;
  lane.post([&] { done.set_value(); });
  done.get_future().wait();
}

TEST(LaneTest, TasksRunInOrderOnOneThread) {
  Lane lane("test");
  lane.start();
  std::vector<int> order;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 1000; ++i) {
    lane.post([&, i] {
      order.push_back(i);
      threads.insert(std::this_thread::get_id());
    });
  }
  settle(lane);

  ASSERT_EQ(order.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(threads.size(), 1U);
  EXPECT_NE(*threads.begin(), std::this_thread::get_id());
}

TEST(LaneTest, TasksPostedBeforeTheStartRun) {
  Lane lane("test");
  std::atomic<int> ran = 0;
  lane.post([&] { ++ran; });
  lane.start();
  settle(lane);
  EXPECT_EQ(ran, 1);
}

TEST(LaneTest, TheCallingThreadRunsTheLaneUntilItIsStopped) {
  Lane lane("test");
  std::vector<int> order;
  lane.post([&] { order.push_back(1); });
  lane.post([&] {
    lane.post([&] { order.push_back(3); });
    lane.post([&] { lane.stop(); });
    lane.post([&] { order.push_back(4); });
    order.push_back(2);
  });
  lane.run();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(LaneTest, WhatATaskThrowsHurtsNoOther) {
  Lane lane("test");
  lane.start();
  lane.post([] { throw std::runtime_error("on purpose"); });
  settle(lane);
}

TEST(LaneTest, TasksThatNeverRanAreDroppedAndSayGoodbye) {
  struct Farewell {
    std::atomic<int>& count;
    ~Farewell() { ++count; }
  };
  std::atomic<int> dropped = 0;
  {
    Lane lane("test");
    for (int i = 0; i < 3; ++i) {
      lane.post([farewell = std::make_shared<Farewell>(dropped)] { FAIL() << "it ran"; });
    }
    lane.stop();
    EXPECT_EQ(dropped, 3);
    lane.post([farewell = std::make_shared<Farewell>(dropped)] { FAIL() << "it ran"; });
    EXPECT_EQ(dropped, 4);
    lane.run();
  }
  EXPECT_EQ(dropped, 4);
}

TEST(LaneTest, StoppingTwiceAndJoiningTwiceIsHarmless) {
  Lane lane("test");
  lane.start();
  settle(lane);
  lane.stop();
  lane.stop();
  lane.join();
  lane.join();
  EXPECT_TRUE(lane.has_ended());
}

TEST(LaneTest, TasksForLaterRunInTheOrderOfTheirTimes) {
  Lane lane("test");
  const auto now = Lane::Clock::now();
  std::vector<int> order;
  lane.post_at(now + 30ms, [&] {
    order.push_back(3);
    lane.stop();
  });
  lane.post_at(now + 10ms, [&] { order.push_back(1); });
  lane.post_at(now + 20ms, [&] { order.push_back(2); });
  lane.post([&] { order.push_back(0); });
  lane.run();

  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3));
  EXPECT_GE(Lane::Clock::now(), now + 30ms);
}

TEST(LaneTest, ACancelledTaskDoesNotRun) {
  Lane lane("test");
  const auto now = Lane::Clock::now();
  bool ran = false;
  const auto timer = lane.post_at(now + 5ms, [&] { ran = true; });
  EXPECT_NE(timer, 0U);
  lane.cancel(timer);
  lane.cancel(timer);
  lane.cancel(0);
  lane.post_at(now + 10ms, [&] { lane.stop(); });
  lane.run();
  EXPECT_FALSE(ran);
}

TEST(LaneTest, AStoppedLaneTakesNoTimers) {
  Lane lane("test");
  lane.stop();
  EXPECT_EQ(lane.post_at(Lane::Clock::now(), [] { FAIL(); }), 0U);
}

TEST(LaneTest, ManyThreadsMayPost) {
  Lane lane("test");
  lane.start();
  int count = 0;  // touched by the lane's thread only
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) lane.post([&] { ++count; });
    });
  }
  for (auto& thread : threads) thread.join();
  settle(lane);
  EXPECT_EQ(count, 4000);
}

TEST(LaneTest, AThreadWithALoopOfItsOwnRunsWhatIsDue) {
  Lane lane("test");
  std::vector<int> order;
  lane.post([&] { order.push_back(1); });
  lane.post_at(Lane::Clock::now(), [&] { order.push_back(2); });
  lane.post_at(Lane::Clock::now() + 1h, [&] { order.push_back(3); });
  EXPECT_TRUE(lane.run_due(Lane::Clock::time_point::max()));
  EXPECT_THAT(order, ElementsAre(1, 2));
  lane.stop();
  EXPECT_FALSE(lane.run_due(Lane::Clock::time_point::max()));
}

TEST(LaneTest, WhenTimeIsUpNothingMoreIsBegun) {
  Lane lane("test");
  int runs = 0;
  lane.post([&] { ++runs; });
  lane.post([&] { ++runs; });
  EXPECT_TRUE(lane.run_due(Lane::Clock::time_point::min()));
  EXPECT_EQ(runs, 1);
}

TEST(LaneTest, TheDescriptorSpeaksWhenThereIsSomethingToRun) {
  Lane lane("test");
  const auto descriptor = lane.descriptor();
  ASSERT_TRUE(descriptor);
  const auto speaks = [&](std::chrono::milliseconds wait) {
    pollfd waiting{*descriptor, POLLIN, 0};
    return poll(&waiting, 1, static_cast<int>(wait.count())) == 1;
  };
  EXPECT_FALSE(speaks(0ms));
  lane.post([] {});
  EXPECT_TRUE(speaks(1min));
  EXPECT_TRUE(lane.run_due(Lane::Clock::time_point::max()));
  EXPECT_FALSE(speaks(0ms));
  lane.post_at(Lane::Clock::now() + 10ms, [] {});
  EXPECT_TRUE(speaks(1min)) << "when the time has come";
  EXPECT_TRUE(lane.run_due(Lane::Clock::time_point::max()));
  lane.post_at(Lane::Clock::now() + 1h, [] {});
  EXPECT_FALSE(speaks(0ms));
  lane.stop();
  EXPECT_TRUE(speaks(1min)) << "the end is something too";
}

}  // namespace
}  // namespace hermit
