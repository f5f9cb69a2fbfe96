// A socket on which two threads take turns.
#include "worker/line.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>
#include <thread>

namespace hermit::worker {
namespace {

class LineTest : public ::testing::Test {
 protected:
  LineTest() : ends(std::move(*Line::make_ends())) {}

  std::pair<Descriptor, Descriptor> ends;
};

TEST_F(LineTest, FramesOfEverySizeArrive) {
  std::thread sender([&] {
    Line line(std::move(ends.first));
    for (std::size_t size = 1; size < 40'000'000; size *= 3) {
      const std::string text(size, 'x');
      EXPECT_TRUE(line.send(Word::stream, Writer().number(size).text(text)));
      EXPECT_TRUE(line.send(Word::drain));
    }
  });
  Line line(std::move(ends.second));
  for (std::size_t size = 1; size < 40'000'000; size *= 3) {
    auto frame = line.receive();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->word, Word::stream);
    EXPECT_EQ(frame->values.number(), size);
    EXPECT_EQ(frame->values.text().size(), size);
    frame = line.receive();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->word, Word::drain);
  }
  sender.join();
  EXPECT_FALSE(line.receive());
  EXPECT_FALSE(line.broken()) << "an end is no rubbish";
}

TEST_F(LineTest, RubbishIsNoticed) {
  const std::string rubbish(100, '?');
  ASSERT_EQ(send(ends.first.get(), rubbish.data(), rubbish.size(), 0), 100);
  Line line(std::move(ends.second));
  EXPECT_FALSE(line.receive());
  EXPECT_TRUE(line.broken());
  EXPECT_FALSE(line.receive());
}

TEST_F(LineTest, SendingToAnEndThatHasGoneFails) {
  {
    const Descriptor gone(std::move(ends.second));
  }
  Line line(std::move(ends.first));
  bool sent = true;
  for (int i = 0; sent && i < 10; ++i) sent = line.send(Word::drain);
  EXPECT_FALSE(sent);
}

}  // namespace
}  // namespace hermit::worker
