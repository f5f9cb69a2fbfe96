// Settings in words.
#include "settings/show.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ShowTest : public ::testing::Test {
 protected:
  ShowTest() {
    settings_.declare({"Room.file", {"file", "f"}, std::string(), "a file"});
    settings_.declare({"Room.port", {"port"}, std::int64_t{5}, "a port", {}, {0, 65535}});
    settings_.declare({"Room.choice", {"choice"}, std::string("one"), "a choice", {"one", "two"}});
    settings_.declare({"Room.later", {"later"}, std::string(), "hidden", {}, {}, false});
  }

  Settings settings_;
};

TEST_F(ShowTest, TheHelpNamesWhatIsAvailable) {
  const std::string help = settings_help(settings_);
  EXPECT_THAT(help, HasSubstr("  --port, --Room.port\n      a port\n"));
  EXPECT_THAT(help, HasSubstr("--file, -f, --Room.file"));
  EXPECT_THAT(help, Not(HasSubstr("later")));
}

TEST_F(ShowTest, TheLongHelpHasDefaultsChoicesAndRanges) {
  const std::string help = settings_help_all(settings_);
  EXPECT_THAT(help, HasSubstr("Value: a whole number from 0 to 65535. Default: 5. Environment: HERMIT_PORT"));
  EXPECT_THAT(help, HasSubstr("Value: one or two. Default: \"one\"."));
  EXPECT_THAT(help, Not(HasSubstr("later")));
}

TEST_F(ShowTest, EachValueIsShownWithWhereItCameFrom) {
  ASSERT_TRUE(settings_.set("port", "7", {Source::environment, "HERMIT_PORT"}));
  EXPECT_EQ(settings_shown(settings_),
            "Room.file = \"\"  (default)\n"
            "Room.port = 7  (environment, HERMIT_PORT)\n"
            "Room.choice = \"one\"  (default)\n");
  const Json shown = settings_json(settings_);
  EXPECT_EQ(shown["Room.port"], (Json{{"value", 7}, {"source", "environment"}, {"place", "HERMIT_PORT"}}));
  EXPECT_EQ(shown["Room.file"], (Json{{"value", ""}, {"source", "default"}}));
  EXPECT_FALSE(shown.contains("Room.later"));
}

}  // namespace
}  // namespace hermit
