// A door without sockets: what the kernel gets, and to whom what it says is handed.
#include "interface/local_door.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "base/log.hpp"
#include "protocol/json.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A kernel that keeps what it is given.
class RecordingInbox final : public Inbox {
 public:
  void receive(Channel channel, Request request) override {
    Lock lock(mutex_);
    requests_.emplace_back(channel, std::move(request));
    changed_.notify_all();
  }
  void subscribed(std::string_view topic) override {
    Lock lock(mutex_);
    topics_.emplace_back(topic);
    changed_.notify_all();
  }
  void dropped(const Dropped& /*dropped*/) override { ADD_FAILURE() << "this door drops nothing"; }

  std::size_t count() const {
    Lock lock(mutex_);
    return requests_.size();
  }
  std::vector<std::string> topics() const {
    Lock lock(mutex_);
    return topics_;
  }
  // Waits until so many requests have come; the last of them.
  std::pair<Channel, Request> wait_for(std::size_t count) {
    Lock lock(mutex_);
    while (requests_.size() < count) changed_.wait(lock);
    return requests_.back();
  }

 private:
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<std::pair<Channel, Request>> requests_ GUARDED_BY(mutex_);
  std::vector<std::string> topics_ GUARDED_BY(mutex_);
};

Message message(const std::string& type, Bytes content = Bytes::constant("{}")) {
  Message message;
  message.header = dump_json({{"msg_id", "id of " + type}, {"msg_type", type}});
  message.content = std::move(content);
  return message;
}

// What the kernel says, to one client or under a topic of iopub.
Message addressed(Bytes ident, Bytes content) {
  Message said = message("status", std::move(content));
  said.idents = {std::move(ident)};
  return said;
}

// A client that keeps what it is handed: the kernel's thread is the test's own here.
struct Recorder {
  explicit Recorder(LocalDoor& door)
      : link(door, [this](Channel channel, Message said) { got.emplace_back(channel, std::move(said)); }) {}

  std::vector<std::string> contents() const {
    std::vector<std::string> contents;
    for (const auto& [channel, said] : got) contents.emplace_back(said.content.view());
    return contents;
  }

  std::vector<std::pair<Channel, Message>> got;
  LocalLink link;
};

class LocalDoorTest : public ::testing::Test {
 protected:
  // The identity of a client, as the kernel sees it.
  Bytes identity(LocalLink& link) {
    const std::size_t before = inbox_.count();
    EXPECT_TRUE(link.send(Channel::shell, message("kernel_info_request")));
    return inbox_.wait_for(before + 1).second.message.idents.at(0);
  }

  RecordingInbox inbox_;
  LocalDoor door_;
};

}  // namespace

TEST_F(LocalDoorTest, RequestsReachTheKernelInOrderAlsoThoseFromBeforeItsStart) {
  Recorder client(door_);
  ASSERT_TRUE(client.link.send(Channel::control, message("interrupt_request")));
  EXPECT_EQ(inbox_.count(), 0U);
  door_.start(inbox_);
  const auto [first_channel, first] = inbox_.wait_for(1);
  ASSERT_TRUE(client.link.send(Channel::stdin_, message("input_reply")));
  const auto [second_channel, second] = inbox_.wait_for(2);

  EXPECT_EQ(first_channel, Channel::control);
  EXPECT_EQ(first.type, RequestType::interrupt);
  EXPECT_EQ(first.header.msg_id, "id of interrupt_request");
  EXPECT_EQ(second_channel, Channel::stdin_);
  EXPECT_EQ(second.header.msg_type, "input_reply");
  ASSERT_EQ(second.message.idents.size(), 1U);
  EXPECT_EQ(second.message.idents[0].view(), first.message.idents.at(0).view()) << "one on all channels";
}

TEST_F(LocalDoorTest, AHeaderThatNamesNoTypeIsRefusedAndTheKernelNeverSeesIt) {
  door_.start(inbox_);
  Recorder client(door_);
  for (const char* header : {"", "{", "[]", "{}", R"({"msg_type": 5})"}) {
    Message bad;
    bad.header = std::string(header);
    EXPECT_FALSE(client.link.send(Channel::shell, std::move(bad))) << header;
  }
  ASSERT_TRUE(client.link.send(Channel::shell, message("execute_request")));

  EXPECT_EQ(inbox_.wait_for(1).second.type, RequestType::execute);
}

TEST_F(LocalDoorTest, AReplyIsForTheClientThatAskedAndCarriesNoIdentity) {
  door_.start(inbox_);
  Recorder one(door_);
  Recorder two(door_);
  door_.send(Channel::shell, addressed(identity(one.link), Bytes::constant("for one")));
  door_.send(Channel::stdin_, addressed(identity(two.link), Bytes::constant("for two")));

  EXPECT_THAT(one.contents(), ElementsAre("for one"));
  EXPECT_THAT(two.contents(), ElementsAre("for two"));
  EXPECT_EQ(two.got.at(0).first, Channel::stdin_);
  EXPECT_TRUE(two.got.at(0).second.idents.empty());
}

TEST_F(LocalDoorTest, WhatIsOnIopubIsForThoseWhoSubscribedAndComesOnce) {
  door_.start(inbox_);
  Recorder all(door_);
  Recorder some(door_);
  Recorder none(door_);
  all.link.subscribe("");
  some.link.subscribe("stream.");
  some.link.subscribe("stream");
  door_.send(Channel::iopub, addressed(Bytes::constant("stream.stdout"), Bytes::constant("text")));
  door_.send(Channel::iopub, addressed(Bytes::constant("status"), Bytes::constant("idle")));

  EXPECT_THAT(all.contents(), ElementsAre("text", "idle"));
  EXPECT_THAT(some.contents(), ElementsAre("text"));
  EXPECT_THAT(none.contents(), IsEmpty());
  EXPECT_EQ(some.got.at(0).second.idents.at(0).view(), "stream.stdout");
  door_.drain();
  EXPECT_THAT(inbox_.topics(), ElementsAre("", "stream.", "stream")) << "each is welcomed";
}

TEST_F(LocalDoorTest, NoBytesAreCopiedOnTheWay) {
  door_.start(inbox_);
  Recorder one(door_);
  Recorder two(door_);
  for (Recorder* client : {&one, &two}) client->link.subscribe("");
  const Bytes content(std::string(1'000'000, 'c'));
  ASSERT_TRUE(one.link.send(Channel::shell, message("execute_request", content)));
  const Request request = inbox_.wait_for(1).second;
  door_.send(Channel::iopub, addressed(Bytes::constant("stream"), content));
  door_.send(Channel::shell, addressed(request.message.idents.at(0), content));

  EXPECT_EQ(request.message.content.data(), content.data());
  for (const auto& [channel, said] : one.got) EXPECT_EQ(said.content.data(), content.data());
  EXPECT_EQ(one.got.size(), 2U);
  EXPECT_EQ(two.got.at(0).second.content.data(), content.data());
}

TEST_F(LocalDoorTest, DrainReturnsWhenTheKernelHasWhatWasSentBefore) {
  door_.start(inbox_);
  Recorder client(door_);
  for (std::size_t round = 1; round <= 100; ++round) {
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.link.send(Channel::shell, message("execute_request")));
    door_.drain();
    ASSERT_EQ(inbox_.count(), 50 * round);
  }
}

TEST_F(LocalDoorTest, AClientMaySendWhileItIsHandedAMessage) {
  door_.start(inbox_);
  LocalLink* self = nullptr;
  LocalLink link(door_, [&](Channel, const Message&) {
    EXPECT_TRUE(self->send(Channel::stdin_, message("input_reply")));
  });
  self = &link;
  door_.send(Channel::stdin_, addressed(identity(link), Bytes::constant("{}")));

  EXPECT_EQ(inbox_.wait_for(2).first, Channel::stdin_);
}

TEST_F(LocalDoorTest, AClientThatHasGoneIsNoTrouble) {
  door_.start(inbox_);
  Bytes gone;
  {
    Recorder client(door_);
    gone = identity(client.link);
  }
  std::string logged;
  const log::Listener listener([&](std::string_view line) { logged += line; });
  door_.send(Channel::shell, addressed(gone, Bytes::constant("a reply")));
  EXPECT_EQ(logged, "");
  door_.send(Channel::stdin_, addressed(gone, Bytes::constant("a question")));

  EXPECT_THAT(logged, HasSubstr("could not be asked for input"));
  Recorder next(door_);
  EXPECT_NE(identity(next.link).view(), gone.view()) << "its answers would be another's";
}

TEST_F(LocalDoorTest, AClosedDoorHandsNothingOnAndKeepsNobodyWaiting) {
  door_.start(inbox_);
  Recorder client(door_);
  client.link.subscribe("");
  const Bytes known = identity(client.link);
  door_.close();
  door_.close();
  EXPECT_TRUE(client.link.send(Channel::shell, message("execute_request")));
  client.link.subscribe("stream");
  door_.send(Channel::iopub, addressed(Bytes::constant("status"), Bytes::constant("idle")));
  door_.send(Channel::shell, addressed(known, Bytes::constant("a reply")));
  door_.drain();

  EXPECT_EQ(inbox_.count(), 1U);
  EXPECT_THAT(client.contents(), IsEmpty());
}

}  // namespace hermit::tests
