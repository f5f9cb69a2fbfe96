// Settings from arguments.
#include "settings/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::HasSubstr;

class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() {
    settings_.declare({"Room.connection_file", {"connection_file", "f"}, std::string(), "a file"});
    settings_.declare({"Room.port", {"port"}, std::int64_t{0}, "a port", {}, {0, 65535}});
    settings_.declare({"Room.quiet", {"quiet", "q"}, true, "a flag"});
    settings_.declare({"Room.bare", {}, false, "a flag without a short name"});
    settings_.declare({"Room.later", {"later"}, std::string(), "hidden", {}, {}, false});
  }

  Result<Wish> read(const std::vector<std::string>& arguments, Unknown unknown = Unknown::refuse) {
    return read_arguments(arguments, settings_, unknown);
  }

  void expect_refused(const std::vector<std::string>& arguments, const std::string& text) {
    const auto done = read(arguments);
    ASSERT_FALSE(done) << arguments.front();
    EXPECT_EQ(done.error().exit, Exit::usage);
    EXPECT_THAT(done.error().message, HasSubstr(text));
  }

  Settings settings_;
};

TEST_F(CommandLineTest, EverySpellingOfAnOptionIsRead) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"-f", "file"},
                                                    {"--connection_file=file"},
                                                    {"--connection-file", "file"},
                                                    {"--Room.connection_file=file"},
                                                    {"--Room.connection-file", "file"}}) {
    Settings fresh = settings_;
    ASSERT_TRUE(read_arguments(arguments, fresh, Unknown::refuse)) << arguments.front();
    EXPECT_EQ(fresh.text("connection_file"), "file") << arguments.front();
  }
}

TEST_F(CommandLineTest, ValuesAreLeftAsTheyAre) {
  for (const std::string& value :
       {std::string("a-b_c"), std::string("--d"), std::string("a=b"), std::string(" spaced "),
        std::string("\xF0\x9D\x94\xB8"), std::string("-5"), std::string("[x]"), std::string("\"q\"")}) {
    ASSERT_TRUE(read({"--connection-file=" + value})) << value;
    EXPECT_EQ(settings_.text("connection_file"), value);
  }
}

TEST_F(CommandLineTest, TheLastOneStands) {
  ASSERT_TRUE(read({"--port=1", "--Room.port=2", "--port", "3"}));
  EXPECT_EQ(settings_.integer("port"), 3);
}

TEST_F(CommandLineTest, FlagsAreTurnedOnAndOff) {
  ASSERT_TRUE(read({"--no-quiet"}));
  EXPECT_FALSE(settings_.flag("quiet"));
  ASSERT_TRUE(read({"--quiet"}));
  EXPECT_TRUE(settings_.flag("quiet"));
  ASSERT_TRUE(read({"--quiet=false"}));
  EXPECT_FALSE(settings_.flag("quiet"));
}

TEST_F(CommandLineTest, FlagsWithoutAShortNameAreTurnedOffToo) {
  ASSERT_TRUE(read({"--Room.bare"}));
  EXPECT_TRUE(settings_.flag("Room.bare"));
  ASSERT_TRUE(read({"--no-Room.bare"}));
  EXPECT_FALSE(settings_.flag("Room.bare"));
  ASSERT_TRUE(read({"--no-Room.quiet"}));
  EXPECT_FALSE(settings_.flag("quiet"));
}

TEST_F(CommandLineTest, ValuesKnowTheirOption) {
  ASSERT_TRUE(read({"-f", "file"}));
  EXPECT_EQ(settings_.origin("f").source, Source::command_line);
  EXPECT_EQ(settings_.origin("f").place, "--connection_file");
}

TEST_F(CommandLineTest, WhatIsToBeShownIsReturned) {
  for (const auto& [argument, wish] : {std::pair("--help", Wish::help),
                                       {"-h", Wish::help},
                                       {"--help-all", Wish::help_all},
                                       {"--help_all", Wish::help_all},
                                       {"--version", Wish::version},
                                       {"--show-config", Wish::show_config},
                                       {"--show-config-json", Wish::show_config_json}}) {
    const auto read_as = read({"--port=5", argument});
    ASSERT_TRUE(read_as) << argument;
    EXPECT_EQ(*read_as, wish) << argument;
  }
  EXPECT_EQ(*read({"-f", "--help"}), Wish::none);  // it is the value of -f
  EXPECT_EQ(*read({"--port=x", "stray", "--help"}), Wish::help);
}

TEST_F(CommandLineTest, NothingGivenIsNothingSet) {
  ASSERT_TRUE(read({}));
  EXPECT_EQ(settings_.text("connection_file"), "");
  EXPECT_TRUE(settings_.flag("quiet"));
}

TEST_F(CommandLineTest, AnUnknownOptionIsNamedWithTheNearestKnown) {
  expect_refused({"--conection-file=x"}, "did you mean --connection_file?");
  expect_refused({"--prt=5"}, "--port");
  expect_refused({"--banana"}, "banana");
  expect_refused({"stray"}, "stray");
  expect_refused({"-f", "file", "stray"}, "stray");  // an option takes one value and no more
  expect_refused({"--port", "5", "6"}, "6");
  expect_refused({"--quiet", "yes"},
                 "--quiet is true or false, and takes that behind an \"=\": --quiet=false");
}

TEST_F(CommandLineTest, AnUnknownOptionMayBeLeftForLater) {
  ASSERT_TRUE(read({"--Shell.x=5", "--port", "7", "stray"}, Unknown::skip));
  EXPECT_EQ(settings_.integer("port"), 7);
}

TEST_F(CommandLineTest, WrongValuesAreErrors) {
  expect_refused({"--port=65536"}, "0 to 65535");
  expect_refused({"--port=words"}, "words");
  expect_refused({"--quiet=perhaps"}, "perhaps");
  expect_refused({"--later=x"}, "not available yet");
}

TEST_F(CommandLineTest, AMissingValueIsAnError) {
  const auto done = read({"--port"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exit, Exit::usage);
}

}  // namespace
}  // namespace hermit
