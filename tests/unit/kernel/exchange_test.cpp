// The guarantee around every request: busy, one reply, idle (K2).
#include "kernel/exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kernel/recording_port.hpp"

namespace hermit {
namespace {

using ::testing::ElementsAre;

class ExchangeTest : public ::testing::Test {
 protected:
  std::unique_ptr<Exchange> exchange(std::string_view type) {
    return std::make_unique<Exchange>(publisher_, Channel::shell, tests::request_of(type, "id"));
  }
  // What was sent, each status as its state.
  std::vector<std::string> sent() const {
    std::vector<std::string> words;
    for (const auto& message : port_.sent()) {
      words.push_back(message.type == "status" ? message.content["execution_state"].get<std::string>()
                                               : message.type);
    }
    return words;
  }

  tests::RecordingPort port_;
  Publisher publisher_{port_};
};

TEST_F(ExchangeTest, ARequestThatNobodyTouchesIsAnsweredAllTheSame) {
  exchange("complete_request").reset();

  EXPECT_THAT(sent(), ElementsAre("busy", "complete_reply", "idle"));
  EXPECT_EQ(port_.sent()[1].content["status"], "error");
}

TEST_F(ExchangeTest, ACellThatNobodyRunsIsAborted) {
  exchange("execute_request").reset();

  EXPECT_THAT(sent(), ElementsAre("busy", "execute_reply", "idle"));
  EXPECT_EQ(port_.sent()[1].content["status"], "aborted");
}

TEST_F(ExchangeTest, AMessageWithoutAReplyGetsBusyAndIdle) {
  exchange("comm_msg").reset();
  EXPECT_THAT(sent(), ElementsAre("busy", "idle"));
}

TEST_F(ExchangeTest, AReplyToAMessageThatHasNoneIsNotSent) {
  exchange("comm_open")->reply({{"a", 1}});
  EXPECT_THAT(sent(), ElementsAre("busy", "idle"));
}

TEST_F(ExchangeTest, WhatIsSaidTwiceIsSentOnce) {
  auto one = exchange("inspect_request");
  one->begin();
  one->begin();
  one->reply({{"n", 1}});
  one->reply({{"n", 2}});
  one->end();
  one->end();
  one.reset();

  EXPECT_THAT(sent(), ElementsAre("busy", "inspect_reply", "idle"));
  EXPECT_EQ(port_.sent()[1].content, Json({{"n", 1}, {"status", "ok"}}));
}

TEST_F(ExchangeTest, EverythingHasTheRequestAsItsParent) {
  auto one = exchange("history_request");
  one->publish("display_data", {{"x", 1}});
  one->reply_error({"Name", "value", {"line"}});
  one.reset();

  for (const auto& message : port_.sent())
    EXPECT_EQ(message.parent, R"({"msg_id":"id","msg_type":"history_request"})");
}

TEST_F(ExchangeTest, AnErrorReplyIsWhole) {
  exchange("history_request")->reply_error({"Name", "bad \xff", {"line 1", "line 2"}});

  EXPECT_EQ(port_.sent()[1].content, Json({{"status", "error"},
                                           {"ename", "Name"},
                                           {"evalue", "bad \xEF\xBF\xBD"},
                                           {"traceback", {"line 1", "line 2"}}}));
}

}  // namespace
}  // namespace hermit
