// Curve keys: which pairs are accepted.
#include "interface/zmq_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/ports.hpp"

namespace hermit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Refused for this key, which the error names and never shows.
void expect_refused(const CurveKeys& keys, const std::string& name) {
  const auto checked = check_curve(keys);
  ASSERT_FALSE(checked) << name;
  EXPECT_EQ(checked.error().exit, Exit::connection_file);
  EXPECT_THAT(checked.error().message, HasSubstr(name));
  EXPECT_THAT(checked.error().message, Not(HasSubstr(tests::curve_keys().secret_key)));
}

TEST(ZmqCurveTest, APairThatBelongsTogetherIsAccepted) {
  EXPECT_TRUE(check_curve_is_there());
  EXPECT_TRUE(check_curve(tests::curve_keys()));
  EXPECT_TRUE(check_curve(new_curve_keys()));
  EXPECT_NE(new_curve_keys().secret_key, new_curve_keys().secret_key);
}

TEST(ZmqCurveTest, AKeyOfAnotherLengthIsNamed) {
  const CurveKeys good = tests::curve_keys();
  for (const std::string& key : {std::string(), good.secret_key + "0", good.secret_key.substr(1),
                                 std::string(32, '\x01'), good.secret_key + std::string(1, '\0')}) {
    expect_refused({good.public_key, key}, "curve_secretkey");
    expect_refused({key, good.secret_key}, "curve_publickey");
  }
}

TEST(ZmqCurveTest, AKeyThatIsNoZ85IsNamed) {
  const CurveKeys good = tests::curve_keys();
  for (const char* end : {" ", "\"", "\\", "\x7f", "\xff"}) {
    expect_refused({good.public_key, good.secret_key.substr(1) + end}, "curve_secretkey");
    expect_refused({good.public_key.substr(1) + end, good.secret_key}, "curve_publickey");
  }
  // Five characters stand for four bytes: these are too large a number.
  expect_refused({good.public_key, "#####" + good.secret_key.substr(5)}, "curve_secretkey");
  expect_refused({good.public_key, good.secret_key.substr(1) + std::string(1, '\0')}, "curve_");
}

TEST(ZmqCurveTest, KeysThatDoNotBelongTogetherAreRefused) {
  const CurveKeys good = tests::curve_keys();
  expect_refused({new_curve_keys().public_key, good.secret_key}, "curve_publickey");
  expect_refused({good.secret_key, good.public_key}, "curve_publickey");
}

}  // namespace
}  // namespace hermit
