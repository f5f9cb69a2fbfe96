// JSON in which a key stands once.
#include "protocol/distinct_json.hpp"

#include <gtest/gtest.h>

namespace hermit {
namespace {

TEST(DistinctJsonTest, AKeyThatStandsTwiceInAnObjectIsNamed) {
  for (const char* text : {R"({"a": 1, "b": 2, "a": 1})", R"([{"x": {"a": 0}}, {"a": {}, "a": []}])",
                           R"({"b": {"a": 1}, "\u0061": 1, "a": "\ud800"})"}) {
    EXPECT_TRUE(parse_json(text)) << text;
    const auto value = parse_distinct_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().message, "has the key \"a\" twice");
  }
  EXPECT_TRUE(parse_distinct_json(R"({"a": {"a": [{"a": 1}, {"a": 1}]}, "b": {"a": 1}, "c": "\ud800"})"));
}

TEST(DistinctJsonTest, WhatIsNoJsonIsNoneHereEither) {
  for (const char* text : {"", "{", "[1,]", "1 2"}) {
    const auto value = parse_distinct_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().message, parse_json(text).error().message);
  }
  EXPECT_FALSE(parse_distinct_json(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace hermit
