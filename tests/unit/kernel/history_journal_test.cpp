// The part of the history that is in memory: what is still to be written, and what may be forgotten (K13).
#include "kernel/history_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const HistoryCell> cell(std::int64_t line, std::size_t size = 1) {
  return std::make_shared<const HistoryCell>(HistoryCell{line, std::string(size, 'x'), std::nullopt});
}

std::vector<std::int64_t> lines(const HistoryWrite& write) {
  std::vector<std::int64_t> lines;
  for (const auto& cell : write.cells) lines.push_back(cell->line);
  return lines;
}

// Writes all there is to be written, to sessions with these numbers.
void write(HistoryJournal& journal, const std::vector<std::int64_t>& numbers) {
  journal.settle(journal.take(), numbers);
}

TEST(HistoryJournalTest, WhatWasWrittenIsNotWrittenAgain) {
  HistoryJournal journal;
  journal.add(1, cell(1));
  journal.add(1, cell(2));
  const auto first = journal.take();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].number, 0);
  EXPECT_THAT(lines(first[0]), ElementsAre(1, 2));
  EXPECT_TRUE(journal.is_unnumbered());
  journal.add(1, cell(3));
  journal.settle(first, {7});
  EXPECT_FALSE(journal.is_unnumbered());
  EXPECT_EQ(journal.take()[0].number, 7);
  EXPECT_THAT(lines(journal.take()[0]), ElementsAre(3));
}

TEST(HistoryJournalTest, AnEndIsWrittenOnce) {
  HistoryJournal journal;
  EXPECT_FALSE(journal.end(1));
  journal.add(1, cell(1));
  EXPECT_TRUE(journal.end(1));
  const auto writes = journal.take();
  EXPECT_NE(writes[0].ended, "");
  EXPECT_EQ(writes[0].recorded, 1);
  journal.settle(writes, {7});
  EXPECT_EQ(journal.take()[0].ended, "");
}

TEST(HistoryJournalTest, EverythingIsWrittenAgainWhenTheFileIsGone) {
  HistoryJournal journal;
  journal.add(1, cell(1));
  journal.end(1);
  write(journal, {7});
  journal.forget_file();
  EXPECT_TRUE(journal.is_unnumbered());
  EXPECT_EQ(journal.take()[0].number, 0);
  EXPECT_THAT(lines(journal.take()[0]), ElementsAre(1));
  EXPECT_NE(journal.take()[0].ended, "");
}

TEST(HistoryJournalTest, SessionsWithoutANumberGetTheNextOnesInTheOrderTheyBegan) {
  HistoryJournal journal;
  journal.add(3, cell(1));
  write(journal, {7});
  journal.add(2, cell(1));
  journal.add(1, cell(1));
  const auto numbers = [&](std::int64_t last) {
    return std::vector{journal.view(3, last).current, journal.view(2, last).current,
                       journal.view(1, last).current, journal.view(9, last).current};
  };
  EXPECT_THAT(numbers(0), ElementsAre(7, 8, 9, 10));
  EXPECT_THAT(numbers(20), ElementsAre(7, 21, 22, 23));
}

TEST(HistoryJournalTest, WhatIsNotWrittenIsNeverForgotten) {
  HistoryJournal journal;
  for (int line = 1; line <= 3; ++line) journal.add(1, cell(line, HistoryJournal::written_limit));
  journal.take();
  journal.take();
  EXPECT_EQ(journal.view(1, 0).entries.size(), 3u);
}

TEST(HistoryJournalTest, OldCellsThatAreWrittenAreForgottenWhenTheyAreTooMuch) {
  HistoryJournal journal;
  for (int line = 1; line <= 4; ++line) journal.add(1, cell(line, HistoryJournal::written_limit / 3));
  write(journal, {7});
  // Who looked at the file before has to find all here until the next time.
  EXPECT_EQ(journal.view(1, 0).entries.size(), 4u);
  journal.add(1, cell(5));
  EXPECT_THAT(lines(journal.take()[0]), ElementsAre(5));
  const auto view = journal.view(1, 0);
  ASSERT_EQ(view.entries.size(), 3u);
  EXPECT_EQ(view.entries[0].cell->line, 3);
}

TEST(HistoryJournalTest, ASessionIsForgottenWithTheLastOfItsCells) {
  HistoryJournal journal;
  journal.add(1, cell(1, HistoryJournal::written_limit));
  journal.end(1);
  journal.add(2, cell(1, HistoryJournal::written_limit));
  write(journal, {7, 8});
  const auto writes = journal.take();
  EXPECT_THAT(writes, testing::SizeIs(1));
  EXPECT_EQ(writes[0].number, 8);
  EXPECT_THAT(lines(writes[0]), IsEmpty());
}

TEST(HistoryJournalTest, ForgettingTheFileForgetsWhatItTook) {
  HistoryJournal journal;
  journal.add(1, cell(1, HistoryJournal::written_limit * 2 / 3));
  for (const std::int64_t number : {7, 8, 9}) {
    write(journal, {number});
    journal.forget_file();
  }
  write(journal, {10});
  journal.take();
  EXPECT_THAT(journal.view(1, 0).entries, testing::SizeIs(1));
}

}  // namespace
}  // namespace hermit
