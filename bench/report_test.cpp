// What the report makes of figures: ratios, their spread, and which figures miss their aims. The figures are
// made up, so that nothing here depends on how fast anything is.
#include "report.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace hermit::bench {
namespace {

const Kernel bare{.name = floor_name, .argv = {"bare"}, .language = {}};
const Kernel ours{.name = "ours", .argv = {"ours"}, .language = {}, .judged = true};
const Kernel peer{.name = "peer", .argv = {"peer"}, .language = {}};

const Metric time_to_reply{.id = "reply", .title = "time to reply", .unit = "µs", .aim = Aim::ratio(1.5)};
const Metric rate{.id = "rate", .title = "rate", .unit = "1/s", .more_is_better = true};
const Metric wakeups{.id = "wakeups", .title = "wake-ups", .has_ratio = false, .aim = Aim::value(0)};

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    for (const Kernel* kernel : {&bare, &ours, &peer}) report.expect(*kernel);
    report.expect(Scenario{"made-up", {time_to_reply, rate, wakeups}, any_rounds, {}});
  }

  // One round of each value.
  void add(const Kernel& kernel, const Metric& metric, const std::vector<double>& values) {
    for (std::size_t round = 0; round < values.size(); ++round) {
      Findings findings;
      findings.add(metric.id, values[round]);
      report.add(kernel, static_cast<int>(round), findings);
    }
  }

  std::string table() const {
    std::ostringstream out;
    report.print_table(out);
    return out.str();
  }

  Report report{Effort{.rounds = 5}};
};

TEST_F(ReportTest, ARatioIsTheMedianOfTheRatiosOfTheRounds) {
  // The medians alone would say 300 / 200.
  add(bare, time_to_reply, {100, 200, 400});
  add(ours, time_to_reply, {200, 300, 1200});
  const auto times = report.ratio(time_to_reply, "ours");
  ASSERT_TRUE(times.has_value());
  EXPECT_DOUBLE_EQ(times->median, 2.0);
}

TEST_F(ReportTest, TheSpreadIsTheMiddleHalfOfTheRounds) {
  add(bare, time_to_reply, {100, 100, 100, 100, 100});
  add(ours, time_to_reply, {500, 110, 120, 130, 10});
  const auto times = report.ratio(time_to_reply, "ours");
  ASSERT_TRUE(times.has_value());
  EXPECT_DOUBLE_EQ(times->low, 1.1);
  EXPECT_DOUBLE_EQ(times->median, 1.2);
  EXPECT_DOUBLE_EQ(times->high, 1.3);
}

TEST_F(ReportTest, ARoundThatOneOfTheTwoLacksHasNoRatio) {
  add(bare, time_to_reply, {100});
  add(ours, time_to_reply, {120, 900});
  EXPECT_DOUBLE_EQ(report.ratio(time_to_reply, "ours")->median, 1.2);
}

TEST_F(ReportTest, OfWhatIsBetterWhenThereIsMoreTheRatioIsTurnedRound) {
  add(bare, rate, {1000});
  add(ours, rate, {500});
  EXPECT_DOUBLE_EQ(report.ratio(rate, "ours")->median, 2.0);
}

TEST_F(ReportTest, TheFloorHasNoRatioToItselfNorACountToAnything) {
  add(bare, time_to_reply, {100});
  add(bare, wakeups, {1});
  add(ours, wakeups, {2});
  EXPECT_FALSE(report.ratio(time_to_reply, floor_name).has_value());
  EXPECT_FALSE(report.ratio(wakeups, "ours").has_value());
}

TEST_F(ReportTest, ARatioAtItsAimHasMetIt) {
  add(bare, time_to_reply, {100});
  add(ours, time_to_reply, {150});
  EXPECT_EQ(report.misses(time_to_reply, ours), false);
  EXPECT_EQ(table().find("✗"), std::string::npos) << table();
  EXPECT_NE(table().find("aims: 1 of 1 met"), std::string::npos) << table();
}

TEST_F(ReportTest, ARatioAboveItsAimIsMarkedInItsRowAndNamedBelow) {
  add(bare, time_to_reply, {100});
  add(ours, time_to_reply, {151});
  EXPECT_EQ(report.misses(time_to_reply, ours), true);
  EXPECT_NE(table().find("| 151 (×1.51, 1.51–1.51) ✗ |"), std::string::npos) << table();
  EXPECT_NE(table().find("misses its aim: ours, time to reply"), std::string::npos) << table();
  EXPECT_NE(table().find("aims: 0 of 1 met"), std::string::npos) << table();
}

TEST_F(ReportTest, ACountAboveItsAimIsMarkedToo) {
  add(ours, wakeups, {1});
  EXPECT_EQ(report.misses(wakeups, ours), true);
}

TEST_F(ReportTest, APeerIsNotHeldAgainstTheAims) {
  add(bare, time_to_reply, {100});
  add(peer, time_to_reply, {9000});
  EXPECT_EQ(report.misses(time_to_reply, peer), std::nullopt);
  EXPECT_EQ(table().find("✗"), std::string::npos) << table();
}

TEST_F(ReportTest, WhatWasNotMeasuredIsNeitherMetNorMissed) {
  EXPECT_EQ(report.misses(time_to_reply, ours), std::nullopt);
  EXPECT_NE(table().find("aims: 0 of 0 met"), std::string::npos) << table();
}

TEST_F(ReportTest, AKernelThatIsLeftOutIsNamedWithItsReason) {
  report.leave_out(Kernel{.name = "absent", .argv = {}, .language = {}}, "nobody has it");
  EXPECT_NE(table().find("left out: absent: nobody has it"), std::string::npos) << table();
}

}  // namespace
}  // namespace hermit::bench
