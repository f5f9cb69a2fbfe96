// One member out of an object, compared with a whole parse.
#include "protocol/json_scan.hpp"

#include <functional>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "protocol/json.hpp"

namespace hermit {
namespace {

TEST(JsonScanTest, AMemberIsFoundWhateverStandsAroundIt) {
  for (const char* text :
       {R"({"key":5})", R"( { "key" : 5 } )", R"({"a":"key","key":5})", R"({"a":{"key":1},"key":5})",
        R"({"a":["key",{"key":[1]}],"key":5,"b":1})", R"({"x\"key":1,"key":5})", R"({"a":"\\","key":5})",
        R"({"a":"}\"{","b":"[","key":5})", "{\n\t\"key\"\r:\n5}"}) {
    EXPECT_EQ(scan_member(text, "key"), "5") << text;
  }
}

TEST(JsonScanTest, EveryKindOfValueIsGivenAsItStands) {
  for (const std::string value : {"true", "false", "null", "-1.5e3", "\"\"", "\"a\\\"b\\\\\"", "[]",
                                  "[1, [2]]", "{}", "{\"a\": {\"b\": \"}\"}}", "\"\xF0\x9D\x94\xB8\""}) {
    EXPECT_EQ(scan_member("{\"a\": 1, \"key\": " + value + ", \"b\": 2}", "key"), value);
    EXPECT_EQ(scan_member("{\"key\":" + value + "}", "key"), value);
  }
}

TEST(JsonScanTest, WhatIsNotThereIsNotFound) {
  for (const char* text :
       {"", "{}", "[]", "\"key\"", "{\"a\":\"key\"}", "{\"a\":{\"key\":5}}", "[{\"key\":5}]", "{\"key\"}",
        "{\"key\":", "{\"key", "{key:5}", "{\"keys\":5}", "{\"ke\":5}", "null", "{\"key\":\"open"}) {
    EXPECT_EQ(scan_member(text, "key"), std::nullopt) << text;
  }
}

TEST(JsonScanTest, RandomObjectsAreScannedAsTheyAreParsed) {
  std::mt19937 random(20240501);
  const auto number = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  const std::function<Json(int)> value = [&](int depth) -> Json {
    const std::string pieces[] = {"key", "\"", "\\", "{", "}", "[", ":", ",", "\n", "\xC3\xA9", "x"};
    std::string text;
    for (int i = number(6); i > 0; --i) text += pieces[number(11)];
    switch (depth > 3 ? number(3) : number(5)) {
      case 0:
        return number(1000) - 500;
      case 1:
        return text;
      case 2:
        return nullptr;
      case 3: {
        Json array = Json::array();
        for (int i = number(4); i > 0; --i) array.push_back(value(depth + 1));
        return array;
      }
      default: {
        Json object = Json::object();
        for (int i = number(4); i > 0; --i)
          object[number(2) == 0 ? "key" : text + std::to_string(i)] = value(depth + 1);
        return object;
      }
    }
  };
  for (int i = 0; i < 3000; ++i) {
    Json object = Json::object();
    for (int j = number(4); j > 0; --j) object["m" + std::to_string(j)] = value(0);
    if (number(2) == 0) object["key"] = value(0);
    const std::string text = object.dump(number(2) == 0 ? -1 : 2);
    const auto found = scan_member(text, "key");
    ASSERT_EQ(found.has_value(), object.contains("key")) << text;
    if (found) {
      ASSERT_EQ(*parse_json(*found), object["key"]) << text;
    }
  }
}

TEST(JsonScanTest, CutAndChangedTextsDoNoHarm) {
  const std::string whole =
      R"({"a": [1, {"b": "\"\\"}], "key": "value\u00e9", "c": {"key": [true, null, -1e5]}})";
  std::mt19937 random(7);
  for (std::size_t size = 0; size <= whole.size(); ++size) (void)scan_member(whole.substr(0, size), "key");
  for (int i = 0; i < 20'000; ++i) {
    std::string text = whole;
    for (int j = 0; j < 3; ++j) text[random() % text.size()] = static_cast<char>(random());
    (void)scan_member(text, "key");
    (void)scan_first_line(text, 10);
  }
  (void)scan_member(std::string(1'000'000, '['), "key");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  (void)scan_member(deep, "key");
}

TEST(JsonScanTest, TheFirstLineEndsAtTheNewlineOrTheEnd) {
  EXPECT_EQ(scan_first_line(R"("one\ntwo")", 80), "one");
  EXPECT_EQ(scan_first_line(R"("one")", 80), "one");
  EXPECT_EQ(scan_first_line(R"("")", 80), "");
  EXPECT_EQ(scan_first_line(R"("1234")", 4), "1234");
  EXPECT_EQ(scan_first_line(R"("12345")", 4), std::nullopt);
  EXPECT_EQ(scan_first_line(R"("a\tb\nc")", 80), std::nullopt);
  for (const char* text : {"", "5", "one", "null", "[\"one\"]"})
    EXPECT_EQ(scan_first_line(text, 80), std::nullopt) << text;
}

}  // namespace
}  // namespace hermit
