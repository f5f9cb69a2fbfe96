// The message storm over a shell in a process of its own that is killed again and again, at any moment: each
// request has its one reply and its idle all the same (N1). The seed says when; see storm_test.cpp.
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/mutex.hpp"
#include "storm/storm.hpp"
#include "support/zmq_kernel.hpp"

namespace hermit::tests {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t messages = 4000;

// How long a worker lives after it has done something. One that is killed again and again before would be
// given up.
constexpr milliseconds::rep longest = 60;

// Kills the children of a process, while this exists, each time after `done`, a count of what they have done,
// has grown.
class Killer {
 public:
  Killer(pid_t parent, unsigned seed, std::function<std::size_t()> done)
      : parent_(parent), random_(seed), done_(std::move(done)), thread_([this] { run(); }) {}
  ~Killer() { stop(); }

  void stop() {
    {
      Lock lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  int kills() const { return kills_; }

 private:
  void run() EXCLUDES(mutex_) {
    Lock lock(mutex_);
    std::uniform_int_distribution<milliseconds::rep> pause(0, longest);
    for (std::size_t before = 0;;) {
      const auto due = std::chrono::steady_clock::now() + milliseconds(pause(random_));
      while (!stopped_ && changed_.wait_until(lock, due)) {
      }
      if (stopped_) return;
      if (done_() == before) continue;
      kill_children();
      before = done_();
    }
  }

  void kill_children() {
    std::error_code gone;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(parent_) + "/task", gone)) {
      std::ifstream file(task.path() / "children");
      for (pid_t child = 0; file >> child;) {
        if (kill(child, SIGKILL) == 0) ++kills_;
      }
    }
  }

  const pid_t parent_;
  std::mt19937 random_;
  const std::function<std::size_t()> done_;
  std::atomic<int> kills_{0};
  Mutex mutex_;
  Condition changed_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last, it uses the rest
};

}  // namespace

class MortalStormTest : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, MortalStormTest, ::testing::Values(1U, 2U, 3U),
                         [](const auto& info) { return "Seed" + std::to_string(info.param); });

TEST_P(MortalStormTest, EveryRequestIsAnsweredOnceThoughTheShellIsKilled) {
  ZmqKernel kernel({.arguments = {"--isolation=process", "--log-level=error"}});
  Storm storm(kernel, StormOptions{GetParam(), messages, true, true});
  Killer killer(kernel.process().pid(), GetParam(), [&] { return storm.ledger().count("execute_reply ok"); });
  storm.ride();
  killer.stop();

  for (const auto& fault : storm.ledger().faults()) ADD_FAILURE() << fault;
  EXPECT_GT(storm.ledger().count("execute_reply ok"), 0U);
  EXPECT_GT(storm.ledger().count("execute_reply error ShellDied"), 0U);
  const auto ending = kernel.wait(soon());
  ASSERT_TRUE(ending) << "the kernel does not end";
  EXPECT_EQ(ending->exit_code, 0) << "signal " << ending->signal;
  EXPECT_EQ(kernel.log().find("HOST_MISBEHAVING"), std::string::npos) << kernel.log();
  EXPECT_EQ(kernel.log().find("does not start"), std::string::npos) << kernel.log();
  std::printf("seed %u, killed %d times: %s\n", GetParam(), killer.kills(), storm.ledger().summary().c_str());
}

}  // namespace hermit::tests
