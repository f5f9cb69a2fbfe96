// What a capture leaves behind in shared memory when its process is killed.
#include "shell/capture.hpp"

#include <gtest/gtest.h>
#include <hermit/ext/output.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
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

// How many watches there are in this process: contexts of asynchronous I/O.
int watches() {
  std::ifstream maps("/proc/self/maps");
  int count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find("[aio]") != std::string::npos ? 1 : 0;
  return count;
}

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

TEST(CaptureTest, WatchesArePutUpForThoseWhoPrintMuchAndTakenDownAtTheEnd) {
  {
    Capture capture([](std::uint32_t, std::string_view) {});
    ASSERT_TRUE(capture.start());
    // A cell or two, each of which is surely asked at its end.
    for (int i = 0; i < 100; ++i) capture.drain();
    for (int i = 0; i < 10'000; ++i) capture.drain(true);
    EXPECT_EQ(watches(), 0) << "they take long to end";
    for (int i = 0; i < 1000; ++i) capture.drain();
    capture.drain();
    EXPECT_TRUE(watches() == 2 || watches() == 0) << "0 where the system has none";
  }
  EXPECT_EQ(watches(), 0);
}

TEST(CaptureTest, WhatIsWrittenArrivesBeforeAndAfterThereAreWatches) {
  std::string text, expected;
  Capture capture([&](std::uint32_t, std::string_view bytes) { text += bytes; });
  ASSERT_TRUE(capture.start());
  for (int i = 0; i < 3000; ++i) {
    const std::string line = std::to_string(i) + " ";
    ASSERT_EQ(write(STDOUT_FILENO, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    expected += line;
    capture.drain();
  }
  capture.stop();
  EXPECT_EQ(text, expected);
}

}  // namespace hermit
