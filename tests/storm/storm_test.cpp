// The message storm: several clients send everything that the protocol has and much that it has not, at
// random and all at once, and the kernel owes each well-formed request busy, exactly one reply and idle (K2),
// and nothing to what was not signed.
//
// A failure names the seed and tells all that came for the requests concerned. A seed makes the same plans
// again; how the threads meet is not in its hands. In the environment: HERMIT_STORM_SEED takes the place of
// the seeds below, HERMIT_STORM_MESSAGES that of the number of messages a seed.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "storm/storm.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {
namespace {

constexpr std::size_t default_messages = 1000;

// What is to be seen in the replies of a storm of this size or more, or it was none.
constexpr std::size_t telling_size = 10000;

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

std::size_t messages() { return number_from("HERMIT_STORM_MESSAGES", default_messages); }

// Through calls a message is one JSON object, and much of what is sent here is none.
std::vector<std::string> doors_for_rubbish() {
  auto all = doors();
  std::erase(all, "callable");
  return all;
}

std::vector<unsigned> seeds() {
  if (std::getenv("HERMIT_STORM_SEED") == nullptr) return {1, 2, 3, 4};
  return {static_cast<unsigned>(number_from("HERMIT_STORM_SEED", 1))};
}

}  // namespace

class StormTest : public ::testing::TestWithParam<std::tuple<std::string, unsigned>> {
 protected:
  // Starts the kernel; what keeps a process from logging everything that it refuses is not for one in here.
  Storm& start(bool tasks, std::vector<std::string> arguments = {}, const char* shell = "echo") {
    const auto& [door, seed] = GetParam();
    if (door == "zmq") arguments.emplace_back("--log-level=error");
    kernel_ = start_kernel(door, {.shell = shell, .arguments = std::move(arguments)});
    storm_ = std::make_unique<Storm>(*kernel_, StormOptions{seed, messages(), tasks});
    return *storm_;
  }

  void expect_no_faults() {
    for (const auto& fault : storm_->ledger().faults()) ADD_FAILURE() << fault;
  }

  // A sanitizer's report is a bad exit code too.
  void expect_good_end() {
    const auto ending = kernel_->wait(soon());
    ASSERT_TRUE(ending) << "the kernel does not end";
    EXPECT_EQ(ending->exit_code, 0) << "signal " << ending->signal;
    EXPECT_EQ(kernel_->log().find("HOST_MISBEHAVING"), std::string::npos);
  }

  // Everything that the storm is about has happened.
  void expect_variety() {
    if (messages() < telling_size) return;
    for (const char* what :
         {"run_mode queue", "run_mode task", "run_mode thread", "execute_reply ok",
          "execute_reply aborted Aborted", "execute_reply error KernelInterrupt",
          "execute_reply error TimeoutError", "execute_reply error SubshellError", "create_subshell_reply ok",
          "delete_subshell_reply ok", "comm_open", "comm_msg", "comm_close"}) {
      EXPECT_GT(storm_->ledger().count(what), 0U) << what;
    }
  }

  void TearDown() override {
    if (kernel_ == nullptr) return;
    const auto& [door, seed] = GetParam();
    std::printf("%s, seed %u: %s\n", door.c_str(), seed, storm_->ledger().summary().c_str());
    if (HasFailure()) {
      ADD_FAILURE() << "HERMIT_STORM_SEED=" << seed << " HERMIT_STORM_MESSAGES=" << messages()
                    << "\nwhat the kernel logged:\n"
                    << kernel_->log();
    }
  }

 private:
  std::unique_ptr<KernelUnderTest> kernel_;
  std::unique_ptr<Storm> storm_;
};
INSTANTIATE_TEST_SUITE_P(Doors, StormTest,
                         ::testing::Combine(::testing::ValuesIn(doors_for_rubbish()),
                                            ::testing::ValuesIn(seeds())),
                         [](const auto& info) {
                           return std::get<0>(info.param) + "Seed" + std::to_string(std::get<1>(info.param));
                         });

TEST_P(StormTest, EveryRequestIsAnsweredOnce) {
  start(true).ride();

  expect_no_faults();
  expect_variety();
  expect_good_end();
}

TEST_P(StormTest, EveryRequestIsAnsweredOnceWhenEverythingQueues) {
  start(false, {"--concurrency_mode=blocking"}).ride();

  expect_no_faults();
  expect_good_end();
}

TEST_P(StormTest, EveryRequestIsAnsweredOnceWithAThreadForComms) {
  start(true, {}, "echo_concurrent_comms").ride();

  expect_no_faults();
  expect_good_end();
}

TEST_P(StormTest, AKernelThatIsShutDownInTheMiddleEnds) {
  start(true).ride_until_half();

  expect_no_faults();
  expect_good_end();
}

}  // namespace hermit::tests
