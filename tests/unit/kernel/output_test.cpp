// Text on its way to iopub: joined, whole, in order (K10).
#include "kernel/output.hpp"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kernel/recording_port.hpp"

namespace hermit {
namespace {

class OutputTest : public ::testing::Test {
 protected:
  // Starts a cell; its output has a parent of its own.
  std::shared_ptr<Cell> open(const std::string& id) {
    auto cell = std::make_shared<Cell>();
    cell->exchange =
        std::make_shared<Exchange>(publisher_, Channel::shell, tests::request_of("execute_request", id));
    cells_.open(cell);
    return cell;
  }
  void TearDown() override { output_.close(); }

  tests::RecordingPort port_;
  Publisher publisher_{port_};
  Cells cells_;
  Output output_{publisher_, cells_};
};

TEST_F(OutputTest, ManyWritesBecomeFewMessagesWithAllTheirText) {
  const auto cell = open("a");
  std::string all;
  for (int i = 0; i < 10'000; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    all += line;
    EXPECT_EQ(output_.stream(cell->number, HERMIT_STDOUT, line), HERMIT_OK);
  }
  output_.finish(cell->number);

  EXPECT_EQ(port_.text("stdout"), all);
  EXPECT_LT(port_.sent().size(), 1000U);
}

TEST_F(OutputTest, TextThatNothingFollowsLeavesByItself) {
  const auto cell = open("a");
  output_.stream(cell->number, HERMIT_STDOUT, "first");
  output_.stream(cell->number, HERMIT_STDOUT, "second");
  port_.wait_for(2);
  EXPECT_EQ(port_.text("stdout"), "firstsecond");
}

TEST_F(OutputTest, TheStreamsKeepTheirOrder) {
  const auto cell = open("a");
  for (int i = 0; i < 3; ++i) {
    output_.stream(cell->number, HERMIT_STDOUT, "o");
    output_.stream(cell->number, HERMIT_STDOUT, "o");
    output_.stream(cell->number, HERMIT_STDERR, "e");
  }
  output_.finish(cell->number);
  std::string order;
  for (const auto& message : port_.sent()) order += message.content["text"].get<std::string>();
  EXPECT_EQ(order, "ooeooeooe");
}

TEST_F(OutputTest, WhatIsPublishedComesAfterTheTextBeforeIt) {
  const auto cell = open("a");
  output_.stream(cell->number, HERMIT_STDOUT, "one");
  output_.stream(cell->number, HERMIT_STDOUT, "two");
  output_.publish(cell->number, *cells_.owner(cell->number), "display_data", {{"x", 1}});
  output_.stream(cell->number, HERMIT_STDOUT, "three");
  output_.finish(cell->number);

  std::string order;
  for (const auto& message : port_.sent()) {
    order += message.type == "stream" ? message.content["text"].get<std::string>() : "|";
  }
  EXPECT_EQ(order, "onetwo|three");
}

TEST_F(OutputTest, CharactersSplitOverWritesAreWhole) {
  const std::string text = "\xF0\x9D\x94\xB8\xC3\xA9";
  const auto cell = open("a");
  for (const char byte : text) output_.stream(cell->number, HERMIT_STDOUT, std::string(1, byte));
  output_.finish(cell->number);
  EXPECT_EQ(port_.text("stdout"), text);
}

TEST_F(OutputTest, EachStreamHasItsOwnHalfCharacter) {
  const auto cell = open("a");
  output_.stream(cell->number, HERMIT_STDOUT, "\xC3");
  output_.stream(cell->number, HERMIT_STDERR, "\xE2\x82");
  output_.stream(cell->number, HERMIT_STDOUT, "\xA9");
  output_.stream(cell->number, HERMIT_STDERR, "\xAC");
  output_.finish(cell->number);
  EXPECT_EQ(port_.text("stdout"), "\xC3\xA9");
  EXPECT_EQ(port_.text("stderr"), "\xE2\x82\xAC");
}

TEST_F(OutputTest, HalfACharacterAtTheEndIsRepaired) {
  const auto cell = open("a");
  output_.stream(cell->number, HERMIT_STDOUT, "a\xE2\x82");
  output_.finish(cell->number);
  EXPECT_EQ(port_.text("stdout"), "a\xEF\xBF\xBD");
}

TEST_F(OutputTest, TextForANumberThatWasNeverGivenIsRefused) {
  EXPECT_EQ(output_.stream(0, HERMIT_STDOUT, "nobody's"), HERMIT_INVALID);
  EXPECT_EQ(output_.stream(7, HERMIT_STDOUT, "nobody's"), HERMIT_INVALID);
  const auto cell = open("a");
  EXPECT_EQ(output_.stream(cell->number + 1, HERMIT_STDOUT, "nobody's"), HERMIT_INVALID);
  EXPECT_TRUE(port_.sent().empty());
}

TEST_F(OutputTest, NumberZeroStandsForTheCellThatStartedLast) {
  const auto first = open("first");
  const auto second = open("second");
  EXPECT_EQ(output_.stream(HERMIT_NO_REQUEST, HERMIT_STDOUT, "text"), HERMIT_OK);
  cells_.close(*second);
  output_.finish(second->number);
  EXPECT_EQ(output_.stream(HERMIT_NO_REQUEST, HERMIT_STDOUT, " and more"), HERMIT_OK);
  output_.close();
  EXPECT_EQ(port_.text("stdout", second->exchange->parent().view()), "text and more");
}

TEST_F(OutputTest, LateTextKeepsItsParent) {
  const auto first = open("first");
  cells_.close(*first);
  output_.finish(first->number);
  const auto second = open("second");
  output_.stream(first->number, HERMIT_STDOUT, "late");
  output_.stream(second->number, HERMIT_STDOUT, "now");
  output_.close();
  EXPECT_EQ(port_.text("stdout", first->exchange->parent().view()), "late");
  EXPECT_EQ(port_.text("stdout", second->exchange->parent().view()), "now");
}

TEST_F(OutputTest, ManyThreadsMayWrite) {
  const auto cell = open("a");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 2000; ++j)
        output_.stream(cell->number, i % 2 == 0 ? HERMIT_STDOUT : HERMIT_STDERR, "x");
    });
  }
  for (auto& thread : threads) thread.join();
  output_.finish(cell->number);
  EXPECT_EQ(port_.text("stdout").size(), 4000U);
  EXPECT_EQ(port_.text("stderr").size(), 4000U);
}

}  // namespace
}  // namespace hermit
