// A value, or why there is none.
#include "base/result.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace hermit {
namespace {

TEST(ResultTest, AValueIsSuccess) {
  Result<int> result = 5;
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 5);
  *result = 6;
  EXPECT_EQ(*result, 6);
}

TEST(ResultTest, AnErrorIsFailureAndKeepsItsCode) {
  const Result<std::string> result = Error{"no luck", Exit::ports};
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "no luck");
  EXPECT_EQ(result.error().exit, Exit::ports);
}

TEST(ResultTest, AnErrorMayBeAValueOfItsOwnKind) {
  // The two are told apart by place, not by type.
  const Result<bool> no = false;
  EXPECT_TRUE(no);
  EXPECT_FALSE(*no);
}

TEST(ResultTest, AValueThatCannotBeCopiedCanBeMovedOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  ASSERT_TRUE(result);
  const std::unique_ptr<int> taken = std::move(*result);
  EXPECT_EQ(*taken, 7);
}

TEST(ResultTest, SuccessWithoutAValue) {
  const Result<void> good;
  const Result<void> bad = Error{"no"};
  EXPECT_TRUE(good);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "no");
  EXPECT_EQ(bad.error().exit, Exit::failed);
}

TEST(ResultTest, TheExitCodesAreThoseThatAreDocumented) {
  EXPECT_EQ(static_cast<int>(Exit::ok), 0);
  EXPECT_EQ(static_cast<int>(Exit::failed), 1);
  EXPECT_EQ(static_cast<int>(Exit::usage), 2);
  EXPECT_EQ(static_cast<int>(Exit::connection_file), 3);
  EXPECT_EQ(static_cast<int>(Exit::ports), 4);
  EXPECT_EQ(static_cast<int>(Exit::no_shell), 5);
  EXPECT_EQ(static_cast<int>(Exit::bad_shell), 6);
  EXPECT_EQ(static_cast<int>(Exit::shell_start), 7);
}

}  // namespace
}  // namespace hermit
