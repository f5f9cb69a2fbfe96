// kernel_info_request and comm_info_request (K1, K18). Jupyter messaging: "Kernel info", "Comm info".
#include <set>

#include "support/kernel_spec.hpp"

namespace hermit::tests {

HERMIT_SPEC_OVER_ALL(KernelInfoSpec);

TEST_P(KernelInfoSpec, ItDescribesTheShellAndTheKernel) {
  const auto info = client().kernel_info();

  EXPECT_EQ(info.status(), "ok");
  EXPECT_EQ(info.reply_field("implementation"), "hermit");
  EXPECT_TRUE(info.reply_field("implementation_version").is_string());
  EXPECT_EQ(info.reply_field("banner"), "Echo: a shell that does as it is told");
  EXPECT_EQ(info.reply_field("language_info")["name"], "echo");
  EXPECT_EQ(info.reply_field("language_info")["mimetype"], "text/x-echo");
  EXPECT_EQ(info.reply_field("language_info")["file_extension"], ".echo");
  EXPECT_EQ(info.reply_field("help_links").at(0)["text"], "Jupyter messaging");
  EXPECT_EQ(info.reply_field("debugger"), false);
  EXPECT_EQ(info.reply_field("supported_features"), Json::array({"kernel subshells"}));
  EXPECT_EQ(info.reply_field("protocol_version"), protocol_version);
}

TEST_P(KernelInfoSpec, FeaturesThatTheShellLacksAreNotClaimed) {
  start({.shell = "stubborn"});

  EXPECT_EQ(client().kernel_info().reply_field("supported_features"), Json::array());
}

TEST_P(KernelInfoSpec, ItHasTheFieldsOfTheProtocolAndNoOther) {
  const auto info = client().kernel_info();
  ASSERT_NE(info.reply(), nullptr);
  std::set<std::string> fields;
  for (const auto& [name, value] : info.reply()->content.items()) fields.insert(name);

  EXPECT_EQ(fields, (std::set<std::string>{"status", "protocol_version", "implementation",
                                           "implementation_version", "language_info", "banner", "help_links",
                                           "debugger", "supported_features"}));
  EXPECT_EQ(info.reply_field("language_info")["version"], "1.0");
  EXPECT_TRUE(info.reply_field("help_links").at(0)["url"].is_string());
}

TEST_P(KernelInfoSpec, ItIsAnsweredOnEveryChannelThatTakesRequests) {
  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    const auto info = client().kernel_info(channel);

    EXPECT_EQ(info.status(), "ok") << channel_name(channel);
    EXPECT_EQ(info.reply()->channel, channel);
    EXPECT_EQ(info.reply_field("language_info")["name"], "echo");
    EXPECT_EQ(info.messages().size(), 2U);
  }
}

TEST_P(KernelInfoSpec, ItIsAnsweredWhileACellSpins) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));

  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    EXPECT_EQ(client().kernel_info(channel).status(), "ok") << channel_name(channel);
  }
  EXPECT_EQ(client().comm_info().status(), "ok");
  EXPECT_FALSE(cell.complete_so_far());
  client().interrupt().wait();
}

TEST_P(KernelInfoSpec, ManyAtOnceAreAllAnswered) {
  std::vector<Answer> answers;
  for (int i = 0; i < 5000; ++i)
    answers.push_back(client().kernel_info(i % 2 == 0 ? Channel::shell : Channel::control));

  for (const auto& answer : answers) ASSERT_EQ(answer.status(), "ok");
}

TEST_P(KernelInfoSpec, NoCommsAreOpen) {
  EXPECT_EQ(client().comm_info().reply_field("comms"), Json::object());
  EXPECT_EQ(
      client().request(Channel::shell, "comm_info_request", {{"target_name", "x"}}).reply_field("comms"),
      Json::object());
}

}  // namespace hermit::tests
