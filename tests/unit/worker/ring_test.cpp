// The memory in which a worker leaves its output.
#include "worker/ring.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace hermit::worker {
namespace {

struct Taken {
  Record record;
  std::uint64_t request;
  std::string text;
};

std::vector<Taken> take_all(Ring& ring) {
  std::vector<Taken> all;
  EXPECT_TRUE(ring.take([&](Record record, std::uint64_t request, std::string_view text) {
    all.push_back({record, request, std::string(text)});
  }));
  return all;
}

// One ring, mapped twice as by two processes.
class RingTest : public ::testing::Test {
 protected:
  RingTest()
      : host(std::move(*Ring::make())), worker(std::move(*Ring::map(Descriptor(dup(host.descriptor()))))) {}

  Ring host;
  Ring worker;
};

TEST_F(RingTest, RecordsComeOutInOrder) {
  EXPECT_TRUE(worker.put(Record::standard_output, 1, "one"));
  EXPECT_TRUE(worker.put(Record::result, 1, "value"));
  EXPECT_TRUE(worker.put(Record::standard_error, 2, "two"));

  const auto taken = take_all(host);
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken[0].text, "one");
  EXPECT_EQ(taken[1].record, Record::result);
  EXPECT_EQ(taken[2].request, 2U);
  EXPECT_TRUE(take_all(host).empty());
}

// A worker may be killed at any moment between reading what was printed and being done with it.
TEST_F(RingTest, WhatWasCapturedIsEitherLeftOrThere) {
  EXPECT_FALSE(host.has_captured());
  worker.put(Record::standard_output, 1, "of the shell");
  EXPECT_FALSE(host.has_captured());
  worker.put(Record::standard_output, 1, "captured", Ring::Source::capture);
  EXPECT_TRUE(host.has_captured());
  worker.put(Record::standard_output, 1, "more of the shell");
  EXPECT_TRUE(host.has_captured());

  worker.captured().end = 0;  // the next is being read
  EXPECT_FALSE(host.has_captured());
  worker.captured().end = 1 << 10;  // and is being put
  EXPECT_FALSE(host.has_captured());
}

TEST_F(RingTest, NeighboursOfOneStreamAndRequestAreJoined) {
  worker.put(Record::standard_output, 1, "a");
  worker.put(Record::standard_output, 1, "b");
  worker.put(Record::standard_error, 1, "c");
  worker.put(Record::standard_error, 2, "d");

  const auto taken = take_all(host);
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken[0].text, "ab");
}

TEST_F(RingTest, AFullRingTakesNothingUntilItIsRead) {
  const std::string text(Ring::largest, 'x');
  std::size_t count = 0;
  while (worker.put(Record::result, count, text)) ++count;
  EXPECT_GE(count, 4U);

  const auto taken = take_all(host);
  ASSERT_EQ(taken.size(), count);
  EXPECT_EQ(taken.back().text, text);
  EXPECT_TRUE(worker.put(Record::result, 0, text));
}

TEST_F(RingTest, NothingIsLostWhereItsEndMeetsItsBeginning) {
  std::uint64_t expected = 0;
  for (std::uint64_t put = 0; put < 5000; ++put) {
    const std::string text = std::to_string(put) + std::string(put * 7 % 2000, '.');
    while (!worker.put(Record::result, put, text)) {
      for (const auto& taken : take_all(host)) {
        EXPECT_EQ(taken.request, expected);
        EXPECT_EQ(taken.text.substr(0, taken.text.find('.')), std::to_string(expected));
        ++expected;
      }
    }
  }
  for (const auto& taken : take_all(host)) EXPECT_EQ(taken.request, expected++);
  EXPECT_EQ(expected, 5000U);
}

TEST_F(RingTest, RubbishIsNoticedAndHurtsNothing) {
  worker.put(Record::standard_output, 1, "text");
  constexpr std::size_t size = 4096 + (std::size_t{1} << 20);
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, host.descriptor(), 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const bytes = static_cast<unsigned char*>(memory);
  for (std::size_t i = 4096; i < 4096 + 64; ++i) bytes[i] = 0xFF;
  EXPECT_FALSE(host.take([](Record, std::uint64_t, std::string_view) {}));
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = 0xA5;  // how much was written
  EXPECT_FALSE(host.take([](Record, std::uint64_t, std::string_view) {}));
  munmap(memory, size);
}

}  // namespace
}  // namespace hermit::worker
