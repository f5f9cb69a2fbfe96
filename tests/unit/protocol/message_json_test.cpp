// A message as one JSON object, written and read.
#include "protocol/message_json.hpp"

#include <gmock/gmock.h>

#include "protocol/json.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

std::string why_not(std::string_view json) {
  const auto read = read_message_json(json);
  return read ? "" : read.error().message;
}

}  // namespace

TEST(MessageJsonTest, WhatIsWrittenIsReadAgain) {
  Message message;
  message.header = std::string(R"({"msg_type":"execute_request","date":"2026-11-21T17:00:00+01:00"})");
  message.content = std::string(R"({"code":"{\"}"})");
  const auto read = read_message_json(message_json(Channel::control, message));

  ASSERT_TRUE(read);
  EXPECT_EQ(read->channel, Channel::control);
  EXPECT_EQ(read->message.header.view(), message.header.view()) << "verbatim";
  EXPECT_EQ(read->message.content.view(), message.content.view());
  EXPECT_EQ(read->message.parent_header.view(), "{}");
  EXPECT_EQ(read->message.metadata.view(), "{}");
}

TEST(MessageJsonTest, WhatIsWrittenNamesItsChannel) {
  Message message;
  message.header = Bytes::constant(R"({"msg_id":"1"})");
  const auto json = parse_json(message_json(Channel::iopub, message));

  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["channel"], "iopub");
  EXPECT_EQ((*json)["header"]["msg_id"], "1");
}

TEST(MessageJsonTest, MissingPartsAreEmptyAndTheChannelIsShell) {
  const auto read = read_message_json(R"( {"header": {"msg_type": "x"}, "parent_header": null} )");

  ASSERT_TRUE(read);
  EXPECT_EQ(read->channel, Channel::shell);
  EXPECT_EQ(read->message.parent_header.view(), "{}");
  EXPECT_EQ(read->message.content.view(), "{}");
}

TEST(MessageJsonTest, HalvesOfSurrogatePairsPassLikeEverywhere) {
  EXPECT_EQ(why_not(R"({"header": {}, "content": {"code": "\ud800"}})"), "");
}

TEST(MessageJsonTest, WhatIsNoMessageIsRefusedWithAReason) {
  EXPECT_THAT(why_not(""), HasSubstr("not JSON"));
  EXPECT_THAT(why_not("{\"header\": {}"), HasSubstr("not JSON at byte"));
  EXPECT_THAT(why_not("{} {}"), HasSubstr("not JSON at byte"));
  EXPECT_THAT(why_not("[{}]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(why_not(R"({"channel": "iopub"})"), HasSubstr(R"("iopub"; clients send on)"));
  EXPECT_THAT(why_not(R"({"channel": 5})"), HasSubstr("the channel 5"));
  std::string deep = "{\"content\": ";
  deep.append(2 * json_depth_limit, '[').append(2 * json_depth_limit, ']').append("}");
  EXPECT_THAT(why_not(deep), HasSubstr("nested deeper"));
}

}  // namespace hermit::tests
