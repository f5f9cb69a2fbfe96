// The registry of settings.
#include "settings/settings.hpp"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::HasSubstr;

constexpr Shape list{"a list of small things", [](const Json& value) {
                       const auto is_small = [](const Json& entry) { return entry.dump().size() < 10; };
                       return value.is_array() && std::all_of(value.begin(), value.end(), is_small);
                     }};

const Origin typed{Source::command_line, "--typed"};

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    settings_.declare({"Room.text", {"text", "t"}, std::string("none"), "a text"});
    settings_.declare({"Room.choice", {"choice"}, std::string("one"), "a choice", {"one", "two"}});
    settings_.declare({"Room.whole_number", {"whole_number"}, std::int64_t{5}, "a number", {}, {0, 10}});
    settings_.declare({"Room.any_number", {}, std::int64_t{5}, "a number"});
    settings_.declare({"Room.real", {"real"}, 1.5, "a number"});
    settings_.declare({"Room.share", {"share"}, 0.5, "a number", {}, {0, 1}});
    settings_.declare({"Room.size", {"size"}, std::int64_t{0}, "a number", {}, {.least = 0}});
    settings_.declare({"Room.flag", {"flag"}, false, "a flag"});
    settings_.declare({.name = "Room.list", .aliases = {}, .default_value = Json::array(), .shape = &list});
    settings_.declare(
        {.name = "Room.later", .aliases = {"later"}, .default_value = std::string(), .available = false});
  }

  void expect_error(const Result<void>& done, const std::vector<std::string>& texts) {
    ASSERT_FALSE(done) << texts.front();
    EXPECT_EQ(done.error().exit, Exit::usage);
    for (const auto& text : texts) EXPECT_THAT(done.error().message, HasSubstr(text));
  }

  // Setting it fails with a usage error that has all of `texts` in it.
  void expect_refused(const char* name, const char* value, const std::vector<std::string>& texts) {
    expect_error(settings_.set(name, value, {Source::command_line, std::string("--") + name}), texts);
  }
  void expect_refused_json(const char* name, const Json& value, const std::vector<std::string>& texts) {
    expect_error(settings_.set_json(name, value), texts);
  }

  Settings settings_;
};

TEST_F(SettingsTest, UnsetValuesAreTheDefaults) {
  EXPECT_EQ(settings_.text("Room.text"), "none");
  EXPECT_EQ(settings_.integer("whole_number"), 5);
  EXPECT_EQ(settings_.number("real"), 1.5);
  EXPECT_FALSE(settings_.flag("flag"));
}

TEST_F(SettingsTest, ASettingHasManyNames) {
  ASSERT_TRUE(settings_.set("t", "first", typed));
  EXPECT_EQ(settings_.text("Room.text"), "first");
  ASSERT_TRUE(settings_.set("Room.whole-number", "7", typed));
  EXPECT_EQ(settings_.integer("whole-number"), 7);
  EXPECT_EQ(settings_.integer("whole_number"), 7);
}

TEST_F(SettingsTest, TheLastValueStands) {
  ASSERT_TRUE(settings_.set("text", "first", typed));
  ASSERT_TRUE(settings_.set("Room.text", "second", typed));
  EXPECT_EQ(settings_.text("text"), "second");
}

TEST_F(SettingsTest, NumbersAreCheckedAgainstTheirRange) {
  for (const char* value : {"0", "10"}) EXPECT_TRUE(settings_.set("whole_number", value, typed)) << value;
  for (const char* value : {"-1", "11", "99999999999999999999", "", " 5", "5 ", "5x", "0x5", "1.5", "+5"}) {
    expect_refused("whole_number", value,
                   {"--whole_number (on the command line)", "0 to 10", std::string("\"") + value + "\""});
  }
  EXPECT_TRUE(settings_.set("Room.any_number", "-9223372036854775808", typed));
  EXPECT_EQ(settings_.integer("Room.any_number"), INT64_MIN);
}

TEST_F(SettingsTest, RealNumbersAreRead) {
  for (const char* value : {"2", "-2.5", "1e3"}) EXPECT_TRUE(settings_.set("real", value, typed)) << value;
  EXPECT_EQ(settings_.number("real"), 1000.0);
  expect_refused("real", "much", {"a number"});
  for (const char* value : {"0", "0.25", "1"}) EXPECT_TRUE(settings_.set("share", value, typed)) << value;
  for (const char* value : {"-0.1", "1.1", "inf", "nan"}) {
    expect_refused("share", value, {"a number from 0 to 1"});
  }
}

TEST_F(SettingsTest, ChoicesAreListedWhenNoneIsMade) {
  EXPECT_TRUE(settings_.set("choice", "two", typed));
  expect_refused("choice", "three", {"one or two", "three"});
  expect_refused("choice", "", {"one or two"});
  EXPECT_EQ(settings_.text("choice"), "two");
}

TEST_F(SettingsTest, FlagsAreTrueOrFalse) {
  for (const char* value : {"true", "1"}) {
    EXPECT_TRUE(settings_.set("flag", value, typed));
    EXPECT_TRUE(settings_.flag("flag"));
  }
  for (const char* value : {"false", "0"}) {
    EXPECT_TRUE(settings_.set("flag", value, typed));
    EXPECT_FALSE(settings_.flag("flag"));
  }
  expect_refused("flag", "maybe", {"true or false"});
}

TEST_F(SettingsTest, WhatIsNotAvailableCannotBeSet) {
  expect_refused("later", "x", {"--later", "not available yet"});
}

TEST_F(SettingsTest, OpenRangesAreTold) {
  EXPECT_TRUE(settings_.set("size", "9223372036854775807", typed));
  expect_refused("size", "-1", {"a whole number of at least 0"});
  expect_refused("real", "inf", {"a number", "inf"});
}

TEST_F(SettingsTest, JsonHasToHaveTheSettingsType) {
  const std::vector<std::pair<const char*, Json>> good = {
      {"text", "x"}, {"choice", "two"}, {"whole_number", 7},  {"real", 7},
      {"real", 0.5}, {"flag", true},    {"Room.list", {1, 2}}};
  const std::vector<Json> samples = {nullptr, true, 7, 7.5, "x", Json::array(), Json::object()};
  for (const auto& [name, value] : good) EXPECT_TRUE(settings_.set_json(name, value)) << name;
  for (const auto& setting : settings_.all()) {
    if (!setting.available) continue;
    for (const auto& value : samples) {
      const Json held = json_of(setting.default_value);
      const bool fits = held.type() == value.type() || (held.is_number_float() && value.is_number()) ||
                        (held.is_number_integer() && value.is_number_integer());
      if (!fits)
        expect_refused_json(setting.name.c_str(), value, {setting.name, "has to be " + expected(setting)});
    }
  }
  expect_refused_json("Room.any_number", Json::parse("9223372036854775808"), {"a whole number"});
  expect_refused_json("whole_number", 11, {"0 to 10, not 11"});
  expect_refused_json("choice", "three", {"one or two, not \"three\""});
  expect_refused_json("text", Json::object(), {"not an object"});
}

TEST_F(SettingsTest, JsonIsReadFromText) {
  ASSERT_TRUE(settings_.set("Room.list", R"([1, "x"])", typed));
  EXPECT_EQ(settings_.json("Room.list"), (Json{1, "x"}));
  for (const char* value : {"", "[", "5", "{}", "[1]]", "x"}) expect_refused("Room.list", value, {"a list"});
}

TEST_F(SettingsTest, TheWrongEntryOfAListIsNamed) {
  const std::string error = "has to be a list of small things, and entry 2 is \"very, very large\"";
  expect_refused("Room.list", R"([1, "very, very large", 3])",
                 {"--Room.list (on the command line) " + error});
  expect_refused_json("Room.list", {1, "very, very large"}, {"the setting \"Room.list\" " + error});
  expect_refused_json("Room.list", {std::string(10'000, 'x')}, {"entry 1 is \"xxx", "x…"});
  expect_refused("Room.list", "[1, ", {"not \"[1, \""});
  expect_refused("Room.list", "5", {"has to be a list of small things, not \"5\""});
}

TEST_F(SettingsTest, WholeNumbersHave64Bits) {
  ASSERT_TRUE(settings_.set("Room.any_number", "9223372036854775807"));
  ASSERT_TRUE(settings_.set("Room.any_number", "-9223372036854775808"));
  EXPECT_EQ(settings_.integer("Room.any_number"), std::numeric_limits<std::int64_t>::min());
  for (const char* number : {"9223372036854775808", "-9223372036854775809", "99999999999999999999999999"}) {
    const std::string range =
        " is out of range: whole numbers are from -9223372036854775808 to 9223372036854775807";
    expect_refused("Room.any_number", number,
                   {"has to be a whole number, and " + std::string(number) + range});
  }
  for (const char* number :
       {"9223372036854775808", "18446744073709551616", "1e300", "-9223372036854775809"}) {
    expect_refused_json("size", Json::parse(number),
                        {"whole number", "is out of range", "9223372036854775807"});
  }
}

TEST_F(SettingsTest, TextHasNoNul) {
  const std::string value("a\0b", 3);
  expect_refused_json("text", value, {"has to be text, and has a NUL in it"});
  expect_refused_json("choice", std::string("one\0", 4), {"has to be one or two, and has a NUL in it"});
  expect_error(settings_.set("text", value, typed), {"has to be text"});
}

TEST_F(SettingsTest, TheLaterSourceStandsWhicheverWasReadFirst) {
  const Source sources[] = {Source::standard, Source::config_file, Source::environment, Source::command_line,
                            Source::program};
  for (const Source first : sources) {
    for (const Source second : sources) {
      Settings settings = settings_;
      ASSERT_TRUE(settings.set("text", "first", {first, "here"}));
      ASSERT_TRUE(settings.set("text", "second", {second, "there"}));
      EXPECT_EQ(settings.text("text"), first > second ? "first" : "second");
      EXPECT_EQ(settings.origin("text").place, first > second ? "here" : "there");
    }
  }
}

TEST_F(SettingsTest, AValueThatDoesNotCountIsCheckedToo) {
  ASSERT_TRUE(settings_.set("whole_number", "1", typed));
  expect_error(settings_.set("whole_number", "x", {Source::environment, "NUMBER"}),
               {"NUMBER (in the environment)"});
}

TEST_F(SettingsTest, EveryValueKnowsWhereItCameFrom) {
  EXPECT_EQ(settings_.origin("text").source, Source::standard);
  ASSERT_TRUE(settings_.set("t", "x"));
  EXPECT_EQ(settings_.origin("Room.text").source, Source::program);
}

TEST_F(SettingsTest, ErrorsBeginWithWhatTheirUserHasWritten) {
  expect_error(settings_.set("whole_number", "x", {Source::config_file, "/a.json: /Room/whole_number"}),
               {"/a.json: /Room/whole_number has to be"});
  expect_error(settings_.set("whole_number", "x"), {"the setting \"whole_number\" has to be"});
}

TEST_F(SettingsTest, LongAndUglyValuesMakeAShortLine) {
  const auto done = settings_.set("whole_number", "\n\xff" + std::string(100000, 'x'), typed);
  ASSERT_FALSE(done);
  EXPECT_LT(done.error().message.size(), 300U);
  EXPECT_THAT(done.error().message, ::testing::Not(HasSubstr("\n")));
}

TEST_F(SettingsTest, OthersAreAskedForOnce) {
  int asked = 0;
  settings_.tolerate([&] {
    ++asked;
    return std::vector<std::string>{"Other.x"};
  });
  EXPECT_EQ(asked, 0);
  EXPECT_THAT(settings_.others(), ::testing::ElementsAre("Other.x"));
  EXPECT_THAT(settings_.others(), ::testing::ElementsAre("Other.x"));
  EXPECT_EQ(asked, 1);
}

TEST_F(SettingsTest, UnknownNamesAreErrors) {
  expect_refused("nothing", "x", {"--nothing (on the command line)", "no such setting"});
  expect_refused("tetx", "x", {"did you mean text?"});
  EXPECT_EQ(settings_.find("nothing"), nullptr);
  EXPECT_THROW((void)settings_.value("nothing"), std::logic_error);
}

TEST_F(SettingsTest, AllNamesAreKnown) {
  const auto names = settings_.names();
  for (const char* name : {"Room.text", "text", "t", "Room.later", "later"}) {
    EXPECT_THAT(names, ::testing::Contains(name));
  }
}

}  // namespace
}  // namespace hermit
