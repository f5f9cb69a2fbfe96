// Random ids.
#include "base/ids.hpp"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace hermit {
namespace {

TEST(IdsTest, AnIdIsAUuidOfVersionFour) {
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(std::regex_match(random_uuid(), uuid));
}

TEST(IdsTest, NoTwoIdsAreEqual) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(ids.insert(random_uuid()).second);
}

}  // namespace
}  // namespace hermit
