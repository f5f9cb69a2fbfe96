// Base64 as RFC 4648 has it.
#include "protocol/base64.hpp"

#include <gtest/gtest.h>

namespace hermit {
namespace {

TEST(Base64Test, TheExamplesOfTheStandardHold) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64Test, EveryByteIsEncoded) { EXPECT_EQ(base64(std::string("\0\xff\x80\xfb\xf0", 5)), "AP+A+/A="); }

TEST(Base64Test, LargeDataIsOneTextWithoutPaddingInside) {
  // Larger than the pieces in which it is encoded, by no multiple of three.
  const std::size_t size = (std::size_t{3} << 20) * 2 + 1;
  const std::string text = base64(std::string(size, 'a'));

  EXPECT_EQ(text.size(), (size + 2) / 3 * 4);
  EXPECT_EQ(text.find('='), text.size() - 2);
  EXPECT_EQ(text.find('\0'), std::string::npos);
  EXPECT_EQ(text.find_first_not_of("YWFh"), text.size() - 3);
}

}  // namespace
}  // namespace hermit
