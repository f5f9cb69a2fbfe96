// Headers read and written.
#include "protocol/message.hpp"

#include <set>

#include <gtest/gtest.h>

#include "protocol/json.hpp"

namespace hermit {
namespace {

TEST(MessageTest, AHeaderIsRead) {
  const auto header = parse_header(
      R"({"msg_id": "i", "msg_type": "execute_request", "session": "s", "subshell_id": "u", "more": [1]})");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->msg_id, "i");
  EXPECT_EQ(header->msg_type, "execute_request");
  EXPECT_EQ(header->session, "s");
  EXPECT_EQ(header->subshell_id, "u");
}

TEST(MessageTest, OnlyTheTypeHasToBeThere) {
  const auto header = parse_header(R"({"msg_type": "x", "msg_id": 5, "session": null, "subshell_id": null})");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->msg_id, "");
  EXPECT_EQ(header->session, "");
  EXPECT_FALSE(header->subshell_id);
}

TEST(MessageTest, AHeaderThatCannotBeAnsweredIsRefused) {
  for (const char* text : {"", "{", "[]", "5", "{}", R"({"msg_type": ""})", R"({"msg_type": 1})", "\xff"}) {
    EXPECT_FALSE(parse_header(text)) << text;
  }
}

TEST(MessageTest, HalfASurrogatePairIsNoReasonToRefuseAHeader) {
  const auto header = parse_header(R"({"msg_type": "x", "msg_id": "i", "username": "\ud83d"})");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->msg_id, "i");
  EXPECT_EQ(parent_msg_id(R"({"msg_id": "i", "username": "\ud83d"})"), "i");
}

TEST(MessageTest, TheParentsIdIsReadIfThereIsOne) {
  EXPECT_EQ(parent_msg_id(R"({"msg_id": "the id"})"), "the id");
  for (const char* text : {"", "{}", "[]", "{", R"({"msg_id": 5})"})
    EXPECT_EQ(parent_msg_id(text), "") << text;
}

TEST(MessageTest, ASessionWritesWholeHeaders) {
  const Session session("tester");
  const auto header = parse_json(session.header("status").view());

  ASSERT_TRUE(header);
  EXPECT_EQ((*header)["msg_type"], "status");
  EXPECT_EQ((*header)["session"], session.id());
  EXPECT_EQ((*header)["version"], protocol_version);
  EXPECT_EQ((*header)["username"], "tester");
  EXPECT_TRUE((*header)["date"].is_string());
}

TEST(MessageTest, ATypeThatNeedsEscapesIsEscaped) {
  const Session session("tester");
  const std::string type = std::string("\"\\\n\0", 4);
  EXPECT_EQ((*parse_json(session.header(type).view()))["msg_type"], type);
}

TEST(MessageTest, NoTwoMessagesHaveOneId) {
  const Session first("one");
  const Session second("two");
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(ids.insert(first.next_id()).second);
    EXPECT_TRUE(ids.insert(second.next_id()).second);
  }
  EXPECT_NE(first.id(), second.id());
}

TEST(MessageTest, AGivenIdIsTaken) {
  const Session session("tester");
  const std::string id = session.next_id();
  EXPECT_EQ(parse_header(session.header("input_request", id).view())->msg_id, id);
}

TEST(MessageTest, TypesAndNamesBelongTogether) {
  for (const auto& [name, type] : request_types) EXPECT_EQ(request_type(name), type) << name;
  EXPECT_EQ(request_type("execute"), RequestType::unknown);
  EXPECT_EQ(request_type(""), RequestType::unknown);
  EXPECT_EQ(request_type("execute_request "), RequestType::unknown);
}

}  // namespace
}  // namespace hermit
