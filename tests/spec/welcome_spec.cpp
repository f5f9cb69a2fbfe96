// The welcome on iopub, by which a client knows that it misses nothing from then on (JEP 65, I7).
#include <algorithm>

#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;

// The topics that a client's transport is welcomed to, until all of `wanted` have come or time is up.
std::vector<std::string> welcomes(Transport& transport, std::size_t wanted) {
  std::vector<std::string> topics;
  while (topics.size() < wanted) {
    const auto arrival = transport.receive({Channel::iopub}, soon());
    if (!arrival) break;
    if (parse_header(arrival->message.header.view())->msg_type != "iopub_welcome") continue;
    topics.push_back((*parse_json(arrival->message.content.view()))["subscription"].get<std::string>());
  }
  return topics;
}

}  // namespace

namespace {
class WelcomeSpec : public KernelSpec {};
HERMIT_SPEC_OVER(WelcomeSpec, topic_doors());
}  // namespace

TEST_P(WelcomeSpec, EverySubscriberIsWelcomed) {
  std::vector<std::unique_ptr<Transport>> subscribers;  // all at once, and to the same topic
  for (int i = 0; i < 5; ++i) {
    subscribers.push_back(kernel().connect());
    EXPECT_THAT(welcomes(*subscribers.back(), 1), ElementsAre(""));
  }
}

TEST_P(WelcomeSpec, TheWelcomeIsSentUnderTheTopicAndHasNoParent) {
  const auto transport = kernel().connect({"stream"});
  const auto arrival = transport->receive({Channel::iopub}, soon());

  ASSERT_TRUE(arrival);
  ASSERT_EQ(arrival->message.idents.size(), 1U);
  EXPECT_EQ(arrival->message.idents[0].view(), "stream");
  EXPECT_EQ(arrival->message.parent_header.view(), "{}");
  EXPECT_EQ(arrival->message.content.view(), R"({"subscription":"stream"})");
}

TEST_P(WelcomeSpec, EachSubscriptionOfOneClientIsWelcomed) {
  const auto transport = kernel().connect({"stream", "status", std::string(1000, 't')});

  auto topics = welcomes(*transport, 3);
  EXPECT_THAT(topics, ElementsAre("stream", "status", std::string(1000, 't')));
}

TEST_P(WelcomeSpec, ATopicThatIsNoUtf8IsWelcomedToo) {
  const auto transport = kernel().connect({"\xff\xfe"});

  EXPECT_EQ(welcomes(*transport, 1).size(), 1U);
}

TEST_P(WelcomeSpec, ASubscriberGetsWhatItSubscribedToAndNothingElse) {
  const auto transport = kernel().connect({"stream.stderr"});
  ASSERT_EQ(welcomes(*transport, 1).size(), 1U);
  Client narrow(*transport, patience);
  const auto cell = client().execute("echo out\nerr bad\n1+1\nerr worse");
  ASSERT_EQ(cell.status(), "ok");

  ASSERT_TRUE(narrow.receive_until([&] {
    const auto& others = narrow.others();
    return !others.empty() && others.back().field("text") == "worse\n";
  }));
  for (const auto& message : narrow.others()) EXPECT_EQ(message.field("name"), "stderr") << message.type;
}

TEST_P(WelcomeSpec, ASubscriberIsWelcomedWhileACellSpins) {
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  const auto transport = kernel().connect();

  EXPECT_EQ(welcomes(*transport, 1).size(), 1U);
  client().interrupt().wait();
}

TEST_P(WelcomeSpec, ClientsComeAndGo) {
  for (int i = 0; i < 50; ++i) {
    const auto transport = kernel().connect();
    ASSERT_EQ(welcomes(*transport, 1).size(), 1U);
  }
  EXPECT_TRUE(kernel_works());
}

}  // namespace hermit::tests
