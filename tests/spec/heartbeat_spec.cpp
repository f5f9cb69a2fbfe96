// The heartbeat and the control channel: what answers whatever the user's code does (I7). A heartbeat is a
// socket, so only ZeroMQ has one. Jupyter messaging: "Heartbeat for kernels", "Messages on the Control
// (ROUTER/DEALER) channel".
#include "support/kernel_spec.hpp"

namespace hermit::tests {

HERMIT_ZMQ_SPEC(HeartbeatSpec);
HERMIT_SPEC(ControlSpec);

TEST_P(HeartbeatSpec, WhatIsSentComesBack) {
  auto& transport = transport_of(client());

  EXPECT_TRUE(transport.beat("ping", soon()));
  EXPECT_TRUE(transport.beat("", soon()));
  EXPECT_TRUE(transport.beat(std::string("\0\xff\x01", 3), soon()));
  EXPECT_TRUE(transport.beat(std::string(1'000'000, 'p'), soon()));
}

TEST_P(HeartbeatSpec, ItBeatsWhileACellSpins) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  auto& transport = transport_of(client());

  for (int i = 0; i < 100; ++i) ASSERT_TRUE(transport.beat("beat " + std::to_string(i), soon()));
  EXPECT_FALSE(cell.complete_so_far());
  client().interrupt().wait();
}

TEST_P(HeartbeatSpec, RubbishDoesNotStopIt) {
  auto& transport = transport_of(client());
  transport.send_heartbeat({""});
  transport.send_heartbeat({"", "", ""});
  transport.send_heartbeat({"no delimiter"});
  transport.send_heartbeat({std::string(300, '\0'), "x", std::string(100'000, 'y')});
  transport.send_heartbeat(std::vector<std::string>(2000, "frame"));

  EXPECT_TRUE(transport.beat("still there", soon()));
}

TEST_P(HeartbeatSpec, EachClientGetsItsOwnEcho) {
  auto& first = transport_of(client());
  auto& second = transport_of(new_client());

  EXPECT_TRUE(first.beat("first", soon()));
  EXPECT_TRUE(second.beat("second", soon()));
  EXPECT_TRUE(first.beat("first again", soon()));
}

TEST_P(ControlSpec, ItAnswersWhileACellSpins) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));

  for (int i = 0; i < 100; ++i) ASSERT_EQ(client().kernel_info(Channel::control).status(), "ok");
  EXPECT_EQ(client().request(Channel::control, "nonsense_request").status(), "error");
  EXPECT_FALSE(cell.complete_so_far());
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(cell.status(), "error");
}

}  // namespace hermit::tests
