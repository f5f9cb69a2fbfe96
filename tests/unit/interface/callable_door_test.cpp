// The door that is two calls: what the kernel gets, what the program is handed, and who waits for whom.
#include "interface/callable_door.hpp"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "base/log.hpp"
#include "protocol/json.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A kernel that keeps what it is given.
class RecordingInbox final : public Inbox {
 public:
  void receive(Channel channel, Request request) override {
    Lock lock(mutex_);
    requests_.emplace_back(channel, std::move(request));
    changed_.notify_all();
  }
  void subscribed(std::string_view /*topic*/) override { ADD_FAILURE() << "nobody can subscribe"; }
  void dropped(const Dropped& /*dropped*/) override { ADD_FAILURE() << "this door drops nothing"; }

  // Waits until so many requests have come; the last of them.
  std::pair<Channel, Request> wait_for(std::size_t count) {
    Lock lock(mutex_);
    while (requests_.size() < count) changed_.wait(lock);
    return requests_.back();
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::vector<std::pair<Channel, Request>> requests_ GUARDED_BY(mutex_);
};

Message said(std::string content) {
  Message message;
  message.idents = {Bytes::constant("ada")};
  message.header = Bytes::constant(R"({"msg_id":"question","msg_type":"x"})");
  message.content = std::move(content);
  return message;
}

}  // namespace

TEST(CallableDoorTest, WhatTheKernelSendsIsHandedOutInOrderBeforeItCloses) {
  std::vector<std::string> handed;
  RecordingInbox inbox;
  {
    CallableDoor door([&](const std::string& json, const std::vector<Bytes>& buffers, bool expects_reply) {
      EXPECT_FALSE(expects_reply);
      handed.push_back((*parse_json(json))["channel"].get<std::string>() + std::to_string(buffers.size()));
      return std::nullopt;
    });
    door.send(Channel::iopub, said("{}"));  // also before the start
    door.start(inbox);
    Message with_buffer = said("{}");
    with_buffer.buffers = {Bytes::constant("b")};
    door.send(Channel::shell, std::move(with_buffer));
    door.send(Channel::control, said("{}"));
    door.close();
    door.send(Channel::shell, said("{}"));
  }
  EXPECT_THAT(handed, ElementsAre("iopub0", "shell1", "control0"));
}

TEST(CallableDoorTest, AClientIsKnownByItsSession) {
  RecordingInbox inbox;
  CallableDoor door([](auto&, auto&, bool) { return std::nullopt; });
  door.start(inbox);
  ASSERT_TRUE(door.handle(R"({"header":{"msg_type":"execute_request","session":"ada"},"channel":"control"})",
                          {Bytes::constant("b")}));
  const auto [channel, request] = inbox.wait_for(1);

  EXPECT_EQ(channel, Channel::control);
  EXPECT_EQ(request.type, RequestType::execute);
  ASSERT_EQ(request.message.idents.size(), 1U);
  EXPECT_EQ(request.message.idents[0].view(), "ada");
  EXPECT_EQ(request.message.buffers[0].view(), "b");
  door.close();
  EXPECT_THAT(door.handle(R"({"header":{"msg_type":"execute_request"}})", {}).error().message,
              HasSubstr("has stopped"));
}

TEST(CallableDoorTest, ALineThatIsReturnedBecomesTheInputReplyOfWhoWasAsked) {
  RecordingInbox inbox;
  CallableDoor door([](auto&, auto&, bool expects_reply) -> std::optional<std::string> {
    EXPECT_TRUE(expects_reply);
    return "a \"line\"\xff";
  });
  door.start(inbox);
  door.send(Channel::stdin_, said("{}"));
  const auto [channel, request] = inbox.wait_for(1);

  EXPECT_EQ(channel, Channel::stdin_);
  EXPECT_EQ(request.type, RequestType::input_reply);
  EXPECT_EQ(request.message.idents[0].view(), "ada");
  EXPECT_EQ(parent_msg_id(request.message.parent_header.view()), "question");
  EXPECT_EQ((*parse_json(request.message.content.view()))["value"], "a \"line\"\xef\xbf\xbd");
}

TEST(CallableDoorTest, ALineThatNobodyAskedForIsIgnored) {
  RecordingInbox inbox;
  CallableDoor door([](auto&, auto&, bool) -> std::optional<std::string> { return "chatter"; });
  door.start(inbox);
  door.send(Channel::shell, said("{}"));
  ASSERT_TRUE(door.handle(R"({"header":{"msg_type":"execute_request"}})", {}));

  EXPECT_EQ(inbox.wait_for(1).second.type, RequestType::execute);
}

TEST(CallableDoorTest, WhoPrintsMuchWaitsForTheProgramAndMayGiveUp) {
  RecordingInbox inbox;
  std::promise<void> go_on;
  auto may_go_on = go_on.get_future().share();
  CallableDoor door([&](auto&, auto&, bool) {
    may_go_on.wait();
    return std::nullopt;
  });
  door.start(inbox);
  EXPECT_TRUE(door.has_room(true));
  door.send(Channel::iopub, said(std::string(std::size_t{64} << 20, ' ')));
  EXPECT_FALSE(door.has_room(true));
  EXPECT_FALSE(door.wait_for_room(true, [] { return true; }));
  std::atomic<bool> given_up{false};
  std::thread interrupter([&] {
    given_up = true;
    door.wake_waiting();
  });
  EXPECT_FALSE(door.wait_for_room(true, [&] { return given_up.load(); }));
  interrupter.join();
  go_on.set_value();
  EXPECT_TRUE(door.wait_for_room(true, [] { return false; }));
}

TEST(CallableDoorTest, WhatTheProgramThrowsIsLogged) {
  std::string log;
  const log::Listener listener([&](std::string_view line) { log += line; });
  RecordingInbox inbox;
  CallableDoor door([](auto&, auto&, bool) -> std::optional<std::string> { throw 5; });
  door.start(inbox);
  door.send(Channel::shell, said("{}"));
  door.close();

  EXPECT_THAT(log, HasSubstr("\"send\" has thrown"));
}

}  // namespace hermit::tests
