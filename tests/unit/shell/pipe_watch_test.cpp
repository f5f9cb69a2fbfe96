// PipeWatch: nothing that is written may go unnoticed.
#include "shell/pipe_watch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "base/file.hpp"

namespace hermit {
namespace {

class PipeWatchTest : public ::testing::Test {
 protected:
  PipeWatchTest() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
    watch.open(read_end.get());
  }

  void put(const char* text) const {
    EXPECT_GT(write(write_end.get(), text, std::char_traits<char>::length(text)), 0);
  }
  // Reads the pipe empty, as Capture does.
  std::string take() {
    watch.begin_reading();
    std::array<char, 64> buffer;
    const auto size = read(read_end.get(), buffer.data(), buffer.size());
    watch.watch_on(size > 0);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
  }

  Descriptor read_end;
  Descriptor write_end;
  PipeWatch watch;
};

}  // namespace

TEST_F(PipeWatchTest, WhatIsWrittenIsNoticedEachTime) {
  for (int i = 0; i < 1000; ++i) {
    put("text");
    ASSERT_TRUE(watch.maybe_written()) << "the time " << i;
    ASSERT_EQ(take(), "text");
  }
}

TEST_F(PipeWatchTest, WhatIsWrittenTwiceAtATimeIsNoticedOnce) {
  put("a");
  put("b");

  EXPECT_TRUE(watch.maybe_written());
  EXPECT_EQ(take(), "ab");
}

TEST_F(PipeWatchTest, WhatIsLeftInThePipeIsNoticedAgain) {
  put(std::string(100, 'x').c_str());
  take();

  EXPECT_TRUE(watch.maybe_written());
}

TEST_F(PipeWatchTest, WhatAThreadHasWrittenIsNoticedByAnother) {
  for (int i = 0; i < 200; ++i) {
    std::thread([this] { put("text"); }).join();
    ASSERT_TRUE(watch.maybe_written()) << "the time " << i;
    take();
  }
}

TEST_F(PipeWatchTest, WhatAnotherProcessHasWrittenIsNoticed) {
  const pid_t child = fork();
  if (child == 0) _exit(write(write_end.get(), "text", 4) == 4 ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);

  EXPECT_EQ(status, 0);
  EXPECT_TRUE(watch.maybe_written());
  EXPECT_EQ(take(), "text");
}

TEST_F(PipeWatchTest, AForkedProcessAlwaysHasToLook) {
  take();
  const pid_t child = fork();
  if (child == 0) {
    const bool maybe = watch.maybe_written();
    take();
    _exit(maybe && watch.maybe_written() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);

  EXPECT_EQ(status, 0);
}

TEST(ClosedPipeWatchTest, OneThatWatchesNothingAlwaysHasToLook) {
  const PipeWatch watch;

  EXPECT_TRUE(watch.maybe_written());
}

}  // namespace hermit
