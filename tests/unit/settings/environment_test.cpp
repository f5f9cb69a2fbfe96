// Settings from the environment.
#include "settings/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::HasSubstr;

class EnvironmentTest : public ::testing::Test {
 protected:
  EnvironmentTest() {
    settings_.declare({"Room.log_level", {"log_level", "l"}, std::string("none"), "a text"});
    settings_.declare({"Room.port", {"port"}, std::int64_t{5}, "a number"});
    settings_.tolerate([] { return std::vector<std::string>{"OtherShell.depth"}; });
  }

  Result<void> read(const std::vector<std::string>& variables, Unknown unknown = Unknown::refuse) {
    std::vector<const char*> pointers;
    for (const auto& variable : variables) pointers.push_back(variable.c_str());
    pointers.push_back(nullptr);
    return read_environment(pointers.data(), settings_, unknown);
  }

  Settings settings_;
};

TEST_F(EnvironmentTest, EveryNameButThoseOfOneLetterHasItsVariable) {
  ASSERT_TRUE(read({"HERMIT_LOG_LEVEL=short", "HERMIT_L=x"}));
  EXPECT_EQ(settings_.text("log_level"), "short");
  ASSERT_TRUE(read({"HERMIT_ROOM_LOG_LEVEL=a=b"}));
  EXPECT_EQ(settings_.text("log_level"), "a=b");
  EXPECT_EQ(settings_.origin("log_level").place, "HERMIT_ROOM_LOG_LEVEL");
  EXPECT_EQ(settings_.origin("log_level").source, Source::environment);
}

TEST_F(EnvironmentTest, ASettingHasOneVariable) {
  const auto done = read({"HERMIT_ROOM_PORT=5", "HERMIT_LOG_LEVEL=x", "HERMIT_PORT=5"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exit, Exit::usage);
  EXPECT_THAT(done.error().message,
              HasSubstr("HERMIT_PORT (in the environment) sets what HERMIT_ROOM_PORT has set"));
  EXPECT_TRUE(read({"HERMIT_ROOM_PORT=5", "HERMIT_PORT="}));
}

TEST_F(EnvironmentTest, AnEmptyVariableIsNone) {
  ASSERT_TRUE(read({"HERMIT_PORT=", "HERMIT_LOG_LEVEL"}));
  EXPECT_FALSE(settings_.is_set("port"));
}

TEST_F(EnvironmentTest, AWrongValueIsNamedWithItsVariable) {
  const auto done = read({"HERMIT_PORT=many"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exit, Exit::usage);
  EXPECT_EQ(done.error().message, "HERMIT_PORT (in the environment) has to be a whole number, not \"many\"");
}

TEST_F(EnvironmentTest, ASlipIsNamedWithWhatWasMeant) {
  const auto done = read({"HERMIT_LOG_LEVLE=x"});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("did you mean HERMIT_LOG_LEVEL?"));
  EXPECT_TRUE(read({"HERMIT_LOG_LEVLE=x"}, Unknown::skip));
}

TEST_F(EnvironmentTest, WhatIsOfOthersIsLeftToThem) {
  EXPECT_TRUE(read({"HERMIT_OTHERSHELL_DEPTH=x", "HERMIT_SHELL_PATH=/x", "HERMIT_FUZZ_FACTOR=7",
                    "HERMITAGE_PORT=x", "HERMIT=1", "PATH=/x"}));
  const auto done = read({"HERMIT_OTHERSHELL_DEPHT=x"});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("HERMIT_OTHERSHELL_DEPTH"));
}

TEST_F(EnvironmentTest, NoEnvironmentSetsNothing) {
  EXPECT_TRUE(read_environment(nullptr, settings_, Unknown::refuse));
}

}  // namespace
}  // namespace hermit
