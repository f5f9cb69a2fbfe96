// What a capture leaves behind in shared memory when its process is killed.
#include "shell/capture.hpp"

#include <gtest/gtest.h>
#include <hermit/ext/output.h>

#include <cstring>
#include <memory>
#include <string>

namespace hermit {
namespace {

class LeftInTest : public ::testing::Test {
 protected:
  LeftInTest() { buffer->mark = 0x1234567890abcdef; }

  // The buffer as a capture leaves it that is about to read so many bytes of standard output.
  void begin_reading(std::uint32_t expected) {
    buffer->stream = HERMIT_STDOUT;
    buffer->expected = expected;
    std::memcpy(buffer->bytes, &buffer->mark, std::min<std::size_t>(expected, sizeof buffer->mark));
  }
  void read(const std::string& text) { std::memcpy(buffer->bytes, text.data(), text.size()); }

  const std::unique_ptr<CaptureBuffer> buffer = std::make_unique<CaptureBuffer>();
};

}  // namespace

TEST_F(LeftInTest, NothingIsLeftWhenAllWasPassedOn) {
  read("passed on");
  buffer->expected = 9;
  EXPECT_EQ(left_in(*buffer, HERMIT_STDOUT, ""), "");
}

TEST_F(LeftInTest, WhatWasReadIsLeft) {
  for (const std::string text : {"x", "a line\n", "a line that is longer than the mark\n"}) {
    begin_reading(static_cast<std::uint32_t>(text.size()));
    read(text);
    EXPECT_EQ(left_in(*buffer, HERMIT_STDOUT, "more in the pipe, as much as was read before"), text);
    EXPECT_EQ(left_in(*buffer, HERMIT_STDERR, ""), "") << "it is of the other stream";
  }
}

TEST_F(LeftInTest, WhatWasNotReadYetIsInThePipe) {
  begin_reading(20);
  EXPECT_EQ(left_in(*buffer, HERMIT_STDOUT, "twenty bytes and more"), "");
}

TEST_F(LeftInTest, TextThatLooksLikeTheMarkWasReadWhenThePipeHasLess) {
  begin_reading(2);
  EXPECT_EQ(left_in(*buffer, HERMIT_STDOUT, "1").size(), 2U);
}

TEST_F(LeftInTest, RubbishIsPutUpWith) {
  begin_reading(8);
  buffer->expected = 0;
  EXPECT_EQ(left_in(*buffer, HERMIT_STDOUT, ""), "");
  buffer->expected = CaptureBuffer::capacity + 1;
  EXPECT_EQ(left_in(*buffer, HERMIT_STDOUT, ""), "");
}

TEST(CaptureTest, ReadsIntoTheBufferItIsGiven) {
  const auto buffer = std::make_unique<CaptureBuffer>();
  std::string text;
  std::string held;
  Capture capture(
      [&](std::uint32_t stream, std::string_view bytes) {
        if (stream != HERMIT_STDERR) return;
        text.append(bytes);
        held = left_in(*buffer, HERMIT_STDERR, "");
      },
      nullptr, buffer.get());
  ASSERT_TRUE(capture.start());
  std::fputs("held while it is passed on", stderr);
  capture.drain(true);
  capture.stop();
  EXPECT_EQ(text, "held while it is passed on");
  EXPECT_EQ(held, text);
  EXPECT_EQ(left_in(*buffer, HERMIT_STDERR, ""), "");
}

}  // namespace hermit
