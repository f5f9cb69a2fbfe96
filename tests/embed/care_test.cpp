// What a program does without thinking of kernels: it drops one where nobody may wait for its end, and it
// forks.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "embed/program.hpp"

namespace hermit::tests {
namespace {

using embedding::Options;

Options quiet_options() {
  Options options;
  options.shell = &toy_shell;
  options.send = [](auto, auto&, bool) { return std::nullopt; };
  return options;
}

// What holds the one kernel that a callback drops.
struct Holder {
  std::unique_ptr<embedding::Kernel> kernel;
  std::promise<void> dropped;
};

}  // namespace

TEST(EmbedCareTest, AKernelMayBeDroppedInACallback) {
  for (const bool in_stopped : {true, false}) {
    Holder holder;
    Options options = quiet_options();
    const auto drop = [&holder] {
      if (holder.kernel == nullptr) return;
      holder.kernel.reset();
      holder.dropped.set_value();
    };
    std::atomic<bool> may_drop{false};
    options.send = [&](auto, auto&, bool) {
      if (!in_stopped && may_drop.exchange(false)) drop();
      return std::nullopt;
    };
    if (in_stopped) options.stopped = drop;
    holder.kernel = std::make_unique<embedding::Kernel>(std::move(options));
    may_drop = true;
    if (in_stopped) {
      holder.kernel->stop();
    } else {
      holder.kernel->publish("status", R"({"execution_state": "idle"})");
    }
    holder.dropped.get_future().wait();
    // It ends on its own, and makes room for another.
    while (hermit_instance() != nullptr) std::this_thread::yield();
  }
}

TEST(EmbedCareTest, ATimeThatHasPassedIsNoTime) {
  embedding::Kernel kernel(quiet_options());
  EXPECT_FALSE(kernel.wait(std::chrono::milliseconds(-1)));
  EXPECT_FALSE(kernel.wait(std::chrono::milliseconds::min()));
  Options options = quiet_options();
  kernel.stop();
  EXPECT_TRUE(kernel.wait(std::chrono::milliseconds::max()));
  options.pumped = true;
  embedding::Kernel pumped(std::move(options));
  EXPECT_TRUE(pumped.pump(std::chrono::milliseconds(-1)));
}

TEST(EmbedCareTest, AFunctionThatTakesTheLogMayLogAndCall) {
  std::vector<std::string> lines;
  hermit_status ended = HERMIT_OK;
  ::testing::internal::CaptureStderr();
  {
    Options options = quiet_options();
    options.settings = R"({"log_level": "info"})";
    options.log = [&](std::string_view line) {
      lines.emplace_back(line);
      const std::string own = "from the function";
      hermit_log(HERMIT_LOG_WARNING, {own.data(), own.size()});
      if (line.find("from the program") != std::string_view::npos) ended = hermit_end(hermit_instance());
    };
    embedding::Kernel kernel(std::move(options));
    const std::string given = "from the program";
    hermit_log(HERMIT_LOG_WARNING, {given.data(), given.size()});
  }
  EXPECT_EQ(ended, HERMIT_REFUSED);
  for (const auto& line : lines) EXPECT_EQ(line.find("from the function"), std::string::npos) << line;
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("from the function"), std::string::npos);
}

TEST(EmbedCareTest, TheChildOfAForkHasNoKernel) {
  embedding::Kernel kernel(quiet_options());
  const pid_t child = fork();
  if (child == 0) {
    const bool stale =
        hermit_end(hermit_instance()) == HERMIT_STALE && hermit_stop(hermit_instance()) == HERMIT_STALE;
    _exit(stale ? 0 : 1);
  }
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace hermit::tests
