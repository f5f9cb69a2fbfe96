// Settings from JSON, and configuration files of every kind.
#include "settings/config_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/folder.hpp"

namespace hermit {
namespace {

using ::testing::HasSubstr;

class ConfigFileTest : public ::testing::Test {
 protected:
  ConfigFileTest() {
    settings_.declare({"Room.text", {"text"}, std::string("none"), "a text"});
    settings_.declare({"Room.port", {"port"}, std::int64_t{5}, "a number"});
    settings_.declare(
        {.name = "Room.file", .aliases = {"file"}, .default_value = std::string(), .in_config_file = false});
    settings_.declare({.name = "Room.tree", .aliases = {"tree"}, .default_value = Json::object()});
    settings_.tolerate([] { return std::vector<std::string>{"OtherShell.depth"}; });
  }

  Result<void> read(const Json& object, Unknown unknown = Unknown::refuse) {
    return read_settings(object, settings_, {Source::config_file, "/a.json"}, unknown);
  }

  void expect_refused(const Json& object, const std::string& text) {
    const auto done = read(object);
    ASSERT_FALSE(done) << object;
    EXPECT_EQ(done.error().exit, Exit::usage);
    EXPECT_THAT(done.error().message, HasSubstr(text));
  }

  Result<Json> read_text(const std::string& text) {
    return read_config_file(folder_.write("config.json", text));
  }

  void expect_no_file(const std::string& text, const std::string& problem) {
    const auto read = read_text(text);
    ASSERT_FALSE(read) << text.substr(0, 100);
    EXPECT_EQ(read.error().exit, Exit::usage);
    EXPECT_THAT(read.error().message, HasSubstr("config.json: " + problem));
  }

  Settings settings_;
  const tests::Folder folder_;
};

TEST_F(ConfigFileTest, EverySpellingOfANameIsRead) {
  for (const auto& object : {Json{{"port", 7}}, Json{{"Room.port", 7}}, Json{{"Room", {{"port", 7}}}}}) {
    Settings fresh = settings_;
    ASSERT_TRUE(read_settings(object, fresh, {Source::config_file, "/a.json"}, Unknown::refuse)) << object;
    EXPECT_EQ(fresh.integer("port"), 7) << object;
  }
  ASSERT_TRUE(read({{"Room", {{"port", 8}}}}));
  EXPECT_EQ(settings_.origin("port").place, "/a.json: /Room/port");
}

TEST_F(ConfigFileTest, AnObjectMayBeAValue) {
  ASSERT_TRUE(read({{"tree", {{"a", {{"b", 1}}}}}}));
  EXPECT_EQ(settings_.json("tree"), (Json{{"a", {{"b", 1}}}}));
  ASSERT_TRUE(read({{"Room", {{"tree", {{"c", 2}}}}}}));
  EXPECT_EQ(settings_.json("tree"), (Json{{"c", 2}}));
}

TEST_F(ConfigFileTest, WrongTypesAreNamedWithTheirPlace) {
  expect_refused({{"Room", {{"port", "many"}}}},
                 "/a.json: /Room/port has to be a whole number, not \"many\"");
  expect_refused({{"Room.port", nullptr}}, "/a.json: /Room.port has to be a whole number, not null");
  expect_refused({{"port", {{"deep", 5}}}}, "/a.json: /port has to be a whole number, not an object");
  expect_refused({{"text", {1, 2}}}, "/a.json: /text has to be text, not a list");
}

TEST_F(ConfigFileTest, UnknownNamesAreNamedWithTheNearest) {
  expect_refused({{"prot", 7}}, "/a.json: /prot: there is no such setting; did you mean port?");
  expect_refused({{"Room", {{"prot", 7}}}},
                 "/a.json: /Room/prot: there is no such setting; did you mean Room.port?");
  expect_refused({{"Rom", {{"port", 7}}}}, "did you mean Room.port?");
  expect_refused({{"a~/b", 7}}, "/a.json: /a~0~1b: there is no such setting");
  expect_refused({{"Nowhere", Json::object()}}, "/Nowhere: there is no such setting");
  expect_refused({{"OtherShell.dpeth", 7}}, "did you mean OtherShell.depth?");
  EXPECT_TRUE(read({{"prot", 7}}, Unknown::skip));
}

TEST_F(ConfigFileTest, ASectionThatIsTakenForASettingIsExplained) {
  for (const char* name : {"Room", "/Room", "/Room/"}) {
    expect_refused({{name, 7}}, "\"Room\" is the beginning of names, such as Room.text");
  }
  expect_refused({{"/Room/port", 7}}, "there is no such setting; did you mean Room.port?");
  expect_refused({{"/", 7}}, "there is no such setting");
  expect_refused({{std::string(1'000'000, 'x'), 7}}, "there is no such setting");
}

TEST_F(ConfigFileTest, WhatIsOfOthersIsLeftToThem) {
  EXPECT_TRUE(read({{"OtherShell", {{"depth", "x"}}}}));
  EXPECT_TRUE(read({{"OtherShell.depth", "x"}}));
  EXPECT_TRUE(read({{"OtherShell", Json::object()}, {"Room", Json::object()}}));
}

TEST_F(ConfigFileTest, ASettingStandsInItOnce) {
  expect_refused({{"Room", {{"port", 7}}}, {"port", 8}}, "/a.json: /port sets what /Room/port has set");
}

TEST_F(ConfigFileTest, SomeSettingsAreForOtherPlaces) {
  expect_refused({{"file", "x"}}, "/a.json: /file cannot be set in a configuration file");
}

TEST_F(ConfigFileTest, AProgramNeedsNoFile) {
  const auto done = read_settings({{"port", "x"}}, settings_, {}, Unknown::refuse);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the setting \"port\" has to be a whole number, not \"x\"");
  EXPECT_FALSE(read_settings(Json(5), settings_, {}, Unknown::refuse));
}

TEST_F(ConfigFileTest, AFileIsOneJsonObject) {
  const auto read =
      read_text("\xEF\xBB\xBF{\"port\": 7}\n");  // with a byte order mark, as some editors write
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, (Json{{"port", 7}}));
  expect_no_file("[]", "is no JSON object");
  expect_no_file("5", "is no JSON object");
  expect_no_file("", "is not JSON at line 1, column 1");
  expect_no_file("{\n  \"a\": 1,\n  b: 2}", "is not JSON at line 3, column 3");
  expect_no_file("{} {}", "is not JSON at line 1, column 4");
  expect_no_file("{\"a\": \"\xff\"}", "is not UTF-8");
  expect_no_file(R"({"a": "\ud800"})", "is not JSON");
  expect_no_file("{\"a\": 1e999}", "has a number that is too large");
}

TEST_F(ConfigFileTest, NoKeyStandsTwice) {
  expect_no_file(R"({"a": 1, "a": 2})", "has the key /a twice");
  expect_no_file(R"({"x": {"a/b": 1, "c": {"a": 0}, "a/b": 2}})", "has the key /x/a~1b twice");
  EXPECT_TRUE(read_text(R"({"x": {"a": 1}, "y": {"a": 1}, "l": [{"a": 1}, {"a": 2}]})"));
}

TEST_F(ConfigFileTest, SizeAndDepthHaveTheirLimits) {
  expect_no_file(std::string(100000, '['), "is nested deeper than 32 levels");
  expect_no_file(std::string(config_size_limit + 1, ' '), "is larger than 1048576 bytes");
  std::string nested = R"({"a": 1})";
  for (int i = 1; i < config_depth_limit; ++i) nested = R"({"a": )" + nested + "}";
  EXPECT_TRUE(read_text(nested));
}

TEST_F(ConfigFileTest, WhatIsNoFileIsNamed) {
  for (const std::filesystem::path& path :
       {folder_.path() / "missing.json", folder_.path(), std::filesystem::path("/dev/zero")}) {
    const auto read = read_config_file(path);
    ASSERT_FALSE(read) << path;
    EXPECT_EQ(read.error().exit, Exit::usage);
    EXPECT_THAT(read.error().message, HasSubstr(path.string() + ": "));
  }
}

}  // namespace
}  // namespace hermit
