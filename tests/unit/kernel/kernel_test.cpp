// What a kernel says before anybody asks it. All that clients ask is in tests/spec.
#include "kernel/kernel.hpp"

#include <gtest/gtest.h>

#include "unit/kernel/recording_port.hpp"

namespace hermit {
namespace {

TEST(KernelTest, ItSaysOnceAndFirstThatItStarts) {
  tests::RecordingPort port;
  const Kernel kernel(port, {});
  const auto sent = port.sent();

  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].channel, Channel::iopub);
  EXPECT_EQ(sent[0].type, "status");
  EXPECT_EQ(sent[0].parent, "{}");
  EXPECT_EQ(sent[0].content, Json({{"execution_state", "starting"}}));
}

TEST(KernelTest, ARequestThatComesBeforeTheShellIsMadeIsAnsweredAtTheLatestWhenTheKernelGoes) {
  tests::RecordingPort port;
  {
    Kernel kernel(port, {});
    kernel.receive(Channel::shell, tests::request_of("execute_request", "early", {{"code", "1"}}));
    kernel.receive(Channel::shell, tests::request_of("kernel_info_request", "asked"));
  }
  std::vector<std::string> replies;
  for (const auto& message : port.sent()) {
    if (message.channel == Channel::shell) replies.push_back(message.type);
  }

  EXPECT_EQ(replies, (std::vector<std::string>{"kernel_info_reply", "execute_reply"}));
}

}  // namespace
}  // namespace hermit
