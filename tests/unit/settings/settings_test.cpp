// The registry of settings.
#include "settings/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    settings_.declare({"Room.text", {"text", "t"}, std::string("none"), "a text"});
    settings_.declare({"Room.choice", {"choice"}, std::string("one"), "a choice", {"one", "two"}});
    settings_.declare(
        {"Room.whole_number", {"whole_number"}, std::int64_t{5}, "a number", {}, std::pair{0L, 10L}});
    settings_.declare({"Room.any_number", {}, std::int64_t{5}, "a number"});
    settings_.declare({"Room.real", {"real"}, 1.5, "a number"});
    settings_.declare({"Room.share", {"share"}, 0.5, "a number", {}, std::pair{0L, 1L}});
    settings_.declare({"Room.flag", {"flag"}, false, "a flag"});
    settings_.declare({"Room.later", {"later"}, std::string(), "", {}, {}, false});
  }

  // Setting it fails with a usage error that has all of `texts` in it.
  void expect_refused(const char* name, const char* value, const std::vector<std::string>& texts) {
    const auto done = settings_.set(name, value, "in a test");
    ASSERT_FALSE(done) << name << " " << value;
    EXPECT_EQ(done.error().exit, Exit::usage);
    for (const auto& text : texts) EXPECT_THAT(done.error().message, HasSubstr(text));
  }

  Settings settings_;
};

TEST_F(SettingsTest, UnsetValuesAreTheDefaults) {
  EXPECT_EQ(settings_.text("Room.text"), "none");
  EXPECT_EQ(settings_.integer("whole_number"), 5);
  EXPECT_EQ(std::get<double>(settings_.value("real")), 1.5);
  EXPECT_FALSE(settings_.flag("flag"));
}

TEST_F(SettingsTest, ASettingHasManyNames) {
  ASSERT_TRUE(settings_.set("t", "first", "x"));
  EXPECT_EQ(settings_.text("Room.text"), "first");
  ASSERT_TRUE(settings_.set("Room.whole-number", "7", "x"));
  EXPECT_EQ(settings_.integer("whole-number"), 7);
  EXPECT_EQ(settings_.integer("whole_number"), 7);
}

TEST_F(SettingsTest, TheLastValueStands) {
  ASSERT_TRUE(settings_.set("text", "first", "x"));
  ASSERT_TRUE(settings_.set("Room.text", "second", "x"));
  EXPECT_EQ(settings_.text("text"), "second");
}

TEST_F(SettingsTest, NumbersAreCheckedAgainstTheirRange) {
  for (const char* value : {"0", "10"}) EXPECT_TRUE(settings_.set("whole_number", value, "x")) << value;
  for (const char* value : {"-1", "11", "99999999999999999999", "", " 5", "5 ", "5x", "0x5", "1.5", "+5"}) {
    expect_refused("whole_number", value,
                   {"--whole_number", "in a test", "0 to 10", std::string("\"") + value + "\""});
  }
  EXPECT_TRUE(settings_.set("Room.any_number", "-9223372036854775808", "x"));
  EXPECT_EQ(settings_.integer("Room.any_number"), INT64_MIN);
}

TEST_F(SettingsTest, RealNumbersAreRead) {
  for (const char* value : {"2", "-2.5", "1e3"}) EXPECT_TRUE(settings_.set("real", value, "x")) << value;
  EXPECT_EQ(std::get<double>(settings_.value("real")), 1000.0);
  expect_refused("real", "much", {"a number"});
  for (const char* value : {"0", "0.25", "1"}) EXPECT_TRUE(settings_.set("share", value, "x")) << value;
  for (const char* value : {"-0.1", "1.1", "inf", "nan"}) {
    expect_refused("share", value, {"a number from 0 to 1"});
  }
}

TEST_F(SettingsTest, ChoicesAreListedWhenNoneIsMade) {
  EXPECT_TRUE(settings_.set("choice", "two", "x"));
  expect_refused("choice", "three", {"one or two", "three"});
  expect_refused("choice", "", {"one or two"});
  EXPECT_EQ(settings_.text("choice"), "two");
}

TEST_F(SettingsTest, FlagsAreTrueOrFalse) {
  for (const char* value : {"true", "1"}) {
    EXPECT_TRUE(settings_.set("flag", value, "x"));
    EXPECT_TRUE(settings_.flag("flag"));
  }
  for (const char* value : {"false", "0"}) {
    EXPECT_TRUE(settings_.set("flag", value, "x"));
    EXPECT_FALSE(settings_.flag("flag"));
  }
  expect_refused("flag", "maybe", {"true or false"});
}

TEST_F(SettingsTest, WhatIsNotAvailableCannotBeSet) {
  expect_refused("later", "x", {"--later", "not available yet"});
}

TEST_F(SettingsTest, UnknownNamesAreErrors) {
  expect_refused("nothing", "x", {"--nothing", "in a test"});
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
