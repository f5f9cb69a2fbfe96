// JSON read with a limit and written fast.
#include "protocol/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::HasSubstr;

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonTest, ValuesAreRead) {
  const auto value = parse_json(R"({"a": [1, -2, 2.5, true, null, "\u00e9\ud835\udd38"]})");
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["a"][1], -2);
  EXPECT_EQ((*value)["a"][5], "\xC3\xA9\xF0\x9D\x94\xB8");
}

TEST(JsonTest, TheDepthLimitIsExact) {
  EXPECT_TRUE(parse_json(nested(json_depth_limit)));
  const auto deeper = parse_json(nested(json_depth_limit + 1));
  ASSERT_FALSE(deeper);
  EXPECT_THAT(deeper.error().message, HasSubstr(std::to_string(json_depth_limit)));
}

TEST(JsonTest, ManyShallowValuesAreNotDeep) {
  std::string text = "[";
  for (int i = 0; i < 5000; ++i) text += "[],{},";
  EXPECT_TRUE(parse_json(text + "0]"));
}

TEST(JsonTest, TenMillionBracketsAreRefusedWithoutTrouble) {
  EXPECT_FALSE(parse_json(std::string(10'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_FALSE(parse_json(objects));
}

TEST(JsonTest, WhatIsNoJsonIsToldWithItsPlace) {
  for (const char* text : {"", " ", "{", "[1,]", "nul", "'a'", "{\"a\":1,}", "1 2", "\"\\x\"", "\"\\ud80\"",
                           "NaN", "\"\x01\"", "\"\xff\"", "-1e999", "\xEF\xBB"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_THAT(value.error().message, HasSubstr("is not JSON at byte")) << text;
  }
}

TEST(JsonTest, HalfASurrogatePairBecomesAReplacementCharacter) {
  EXPECT_EQ(*parse_json(R"("\ud800")"), "\xEF\xBF\xBD");
  EXPECT_EQ(*parse_json(R"("a\udc00b")"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(*parse_json(R"("\uD83D\uD83D\ude00")"), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(*parse_json(R"(["\ud83d\n", {"\udfff": "\\ud800"}])"),
            Json({"\xEF\xBF\xBD\n", {{"\xEF\xBF\xBD", "\\ud800"}}}));
}

TEST(JsonTest, WhatIsNoJsonBesidesHalfAPairIsToldWithItsPlace) {
  for (const char* text : {R"(["\ud800",])", R"(["\ud800", "\u12"])", R"("\ud800\)", R"("\ud800\u)"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_THAT(value.error().message, HasSubstr("is not JSON at byte")) << text;
  }
}

TEST(JsonTest, AnObjectIsAskedFor) {
  EXPECT_EQ(*parse_json_object(""), Json::object());
  EXPECT_EQ(*parse_json_object("{\"a\":1}"), Json({{"a", 1}}));
  for (const char* text : {"[]", "5", "null", "\"text\""}) {
    const auto value = parse_json_object(text);
    ASSERT_FALSE(value) << text;
    EXPECT_THAT(value.error().message, HasSubstr("is not a JSON object"));
  }
  EXPECT_FALSE(parse_json_object("{"));
}

TEST(JsonTest, IllFormedTextIsReplacedWhenItIsWritten) {
  const Json value = {{"text", "a\xff"}};
  EXPECT_EQ(dump_json(value), "{\"text\":\"a\xEF\xBF\xBD\"}");
}

TEST(JsonTest, EveryCharacterIsEscapedAsItMustBe) {
  for (int code = 0; code < 0x80; ++code) {
    const std::string text(1, static_cast<char>(code));
    std::string json = "x";
    append_json_string(json, text);
    ASSERT_EQ(json.front(), 'x');
    const auto back = parse_json(json.substr(1));
    ASSERT_TRUE(back) << code;
    EXPECT_EQ(*back, text) << code;
  }
}

TEST(JsonTest, LongTextsAreEscapedAsTheLibraryDoesIt) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::string("plain \"quoted\" \\ \n\r\t \x7f \xF0\x9D\x94\xB8\xC3\xA9", 27);
  text += std::string("\0\x1f\x01", 3);
  std::string json;
  append_json_string(json, text);

  EXPECT_EQ(*parse_json(json), text);
  EXPECT_EQ(*parse_json(json), *parse_json(Json(text).dump()));
}

}  // namespace
}  // namespace hermit
