// The numbers of requests, and whose output is whose.
#include "kernel/cells.hpp"

#include <gtest/gtest.h>

#include "unit/kernel/recording_port.hpp"

namespace hermit {
namespace {

class CellsTest : public ::testing::Test {
 protected:
  std::shared_ptr<Cell> open(const std::string& id) {
    auto cell = std::make_shared<Cell>();
    cell->exchange =
        std::make_shared<Exchange>(publisher_, Channel::shell, tests::request_of("execute_request", id));
    cells_.open(cell);
    return cell;
  }
  std::string parent(hermit_request number) const { return std::string(cells_.owner(number)->parent.view()); }

  tests::RecordingPort port_;
  Publisher publisher_{port_};
  Cells cells_;
};

TEST_F(CellsTest, NumbersCountUpFromOne) {
  EXPECT_EQ(open("a")->number, 1U);
  EXPECT_EQ(open("b")->number, 2U);
  EXPECT_EQ(cells_.open_other(), 3U);
  EXPECT_EQ(open("c")->number, 4U);
}

TEST_F(CellsTest, ACellIsFoundWhileItRuns) {
  const auto cell = open("a");
  EXPECT_EQ(cells_.find(cell->number), cell);
  EXPECT_EQ(cells_.running().size(), 1U);
  EXPECT_TRUE(cells_.close(*cell));
  EXPECT_FALSE(cells_.close(*cell));
  EXPECT_EQ(cells_.find(cell->number), nullptr);
  EXPECT_TRUE(cells_.running().empty());
}

TEST_F(CellsTest, OutputBelongsToItsCellAlsoWhenThatHasFinished) {
  const auto first = open("first");
  const auto second = open("second");
  EXPECT_EQ(cells_.owner(first->number)->cell, first);
  cells_.close(*first);
  EXPECT_EQ(cells_.owner(first->number)->cell, nullptr);
  EXPECT_EQ(parent(first->number), first->exchange->parent().view());
  EXPECT_EQ(parent(HERMIT_NO_REQUEST), second->exchange->parent().view());
}

TEST_F(CellsTest, NumbersThatStandForNoCellHaveNoOwner) {
  EXPECT_FALSE(cells_.owner(HERMIT_NO_REQUEST));
  EXPECT_FALSE(cells_.owner(1));
  const auto other = cells_.open_other();
  EXPECT_FALSE(cells_.owner(other));
  EXPECT_TRUE(cells_.was_given(other));
  EXPECT_FALSE(cells_.was_given(other + 1));
}

TEST_F(CellsTest, ARequestThatIsNoCellIsNotTheOneThatStartedLast) {
  const auto cell = open("a");
  cells_.open_other();
  EXPECT_EQ(parent(HERMIT_NO_REQUEST), cell->exchange->parent().view());
}

TEST_F(CellsTest, CellsThatAreLongGoneGiveWayToTheLast) {
  const auto first = open("first");
  cells_.close(*first);
  std::shared_ptr<Cell> last;
  for (int i = 0; i < 5000; ++i) {
    last = open("cell");
    cells_.close(*last);
  }
  EXPECT_EQ(parent(first->number), last->exchange->parent().view());
  EXPECT_TRUE(cells_.was_given(first->number));
}

TEST_F(CellsTest, TheOutcomeIsFixedOnce) {
  const auto cell = open("a");
  EXPECT_TRUE(cells_.set_failure(cell->number, {"First", "value", {}}));
  EXPECT_TRUE(cells_.set_result(cell->number, "result"));
  EXPECT_TRUE(cells_.fix_outcome(cell->number));
  EXPECT_FALSE(cells_.fix_outcome(cell->number));
  EXPECT_FALSE(cells_.set_failure(cell->number, {"Second", "value", {}}));
  EXPECT_EQ(cells_.failure(*cell)->name, "First");
  EXPECT_EQ(cells_.result(*cell), "result");
  EXPECT_FALSE(cells_.fix_outcome(77));
}

TEST_F(CellsTest, TheTimerThatWasSetLastResumesACell) {
  const auto cell = open("a");
  EXPECT_EQ(cells_.set_resume_timer(*cell, 4), 0U);
  EXPECT_EQ(cells_.set_resume_timer(*cell, 6), 4U);
  EXPECT_EQ(cells_.set_resume_timer(*cell, 5), 5U) << "set before 6, by a thread that comes late to say so";
  EXPECT_EQ(cells_.set_resume_timer(*cell, 0), 6U);
  EXPECT_EQ(cells_.set_resume_timer(*cell, 7), 0U);
  cells_.close(*cell);
  EXPECT_EQ(cells_.set_resume_timer(*cell, 8), 8U);
}

}  // namespace
}  // namespace hermit
