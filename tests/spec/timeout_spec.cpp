// How long a cell may run, and what its tags say of its errors (K7).
#include "support/kernel_spec.hpp"

#include <gmock/gmock.h>

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

// Long enough for a cell to begin, and short to wait for.
constexpr const char* briefly = "timeout=0.05";

ExecuteOptions tagged(const Json& tags) { return {.metadata = {{"tags", tags}}}; }

void expect_timed_out(const Answer& cell) {
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply_field("ename"), "TimeoutError");
  EXPECT_EQ(cell.messages("error").size(), 1U);
  EXPECT_EQ(cell.replies_so_far().size(), 1U);
}

}  // namespace

HERMIT_SPEC(TimeoutSpec);

TEST_P(TimeoutSpec, ATagEndsACell) {
  const auto cell = client().execute("spin", tagged({briefly}));

  expect_timed_out(cell);
  EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("0.05 s"));
  EXPECT_TRUE(kernel_works());
}

TEST_P(TimeoutSpec, TheMetadataOfARequestEndACell) {
  expect_timed_out(client().execute("spin", {.metadata = {{"timeout", 0.05}}}));
  EXPECT_EQ(client().execute("1+1", {.metadata = {{"timeout", nullptr}}}).result_text(), "2");
  EXPECT_TRUE(kernel_works());
}

TEST_P(TimeoutSpec, TheSettingHoldsForCellsThatSayNothing) {
  start({.arguments = {"--timeout=0.05"}});

  expect_timed_out(client().execute("spin"));
  EXPECT_EQ(client().execute("sleep 200", tagged({"timeout=0"})).status(), "ok");
  EXPECT_EQ(client().execute("sleep 200", tagged({"timeout=1000"})).status(), "ok");
  EXPECT_EQ(client().execute("sleep 200", {.metadata = {{"timeout", 1000}}}).status(), "ok");
  expect_timed_out(client().execute("spin", tagged({"of no meaning"})));
}

TEST_P(TimeoutSpec, CellsOfEveryModeAreEnded) {
  for (const char* line : {"# queue", "# task", "# thread"}) {
    for (const char* wait : {"nap 1000000", "await nothing", "sleep 1000000", "pending 1000000", "spin"}) {
      SCOPED_TRACE(std::string(line) + ", " + wait);
      expect_timed_out(client().execute(std::string(line) + "\n" + wait, tagged({briefly})));
    }
  }
  expect_timed_out(client().execute("input ?", tagged({briefly})));
  EXPECT_TRUE(kernel_works());
}

TEST_P(TimeoutSpec, ASilentCellIsEnded) {
  ExecuteOptions options = tagged({briefly});
  options.silent = true;

  EXPECT_EQ(client().execute("spin", options).reply_field("ename"), "TimeoutError");
}

TEST_P(TimeoutSpec, OnlyTheCellWhoseTimeIsOverIsEnded) {
  const auto other = client().execute("# thread\necho begun\nawait go\necho whole");
  ASSERT_TRUE(other.wait_for_stdout("begun\n"));
  expect_timed_out(client().execute("spin", tagged({briefly})));

  EXPECT_EQ(client().execute("set go 1").status(), "ok");
  EXPECT_EQ(other.stdout_text(), "begun\nwhole\n");
}

TEST_P(TimeoutSpec, TheTimeBeginsWithTheCell) {
  const auto before = client().execute("echo waits\nawait go");
  ASSERT_TRUE(before.wait_for_stdout("waits\n"));
  // Not what was left of its time when it began: it waits in the queue for longer than it has.
  const auto cell = client().execute("sleep 1\n1+1", tagged({"timeout=2"}));
  const auto over = client().execute("# thread\nsleep 2100\nset go 1");

  EXPECT_EQ(over.status(), "ok");
  EXPECT_EQ(cell.result_text(), "2");
}

TEST_P(TimeoutSpec, TheTimeOfAnEndedCellHurtsNoOther) {
  EXPECT_EQ(client().execute("nop", tagged({"timeout=0.7"})).status(), "ok");
  EXPECT_EQ(client().execute("fail", {.stop_on_error = false, .metadata = {{"timeout", 0.7}}}).status(),
            "error");

  EXPECT_EQ(client().execute("sleep 900\n1+1").result_text(), "2");
}

TEST_P(TimeoutSpec, TheQueueGoesOnWhereTheCellSaysSo) {
  const auto cell = client().execute("echo begun\nspin", tagged({"timeout=0.5", "stop-on-error=false"}));
  const auto next = client().execute("echo next");

  expect_timed_out(cell);
  EXPECT_EQ(next.stdout_text(), "next\n");
}

TEST_P(TimeoutSpec, ACellWhoseTimeIsOverAbortsNothing) {
  // Long enough for the next cell to be in the queue when it ends.
  const auto cell = client().execute("echo begun\nspin", tagged({"timeout=1"}));
  const auto next = client().execute("echo next");

  expect_timed_out(cell);
  EXPECT_EQ(next.stdout_text(), "next\n");
}

TEST_P(TimeoutSpec, AnInterruptIsNoTimeout) {
  const auto cell = client().execute("echo begun\nspin", tagged({"timeout=1000"}));
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  client().interrupt().wait();

  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
}

TEST_P(TimeoutSpec, ABadTimeoutIsRefusedAndNothingRuns) {
  const Json bad_tags[] = {"timeout=",    "timeout=soon", "timeout=-1", "timeout=nan",
                           "timeout=inf", "timeout=1s",   "timeout= 1", "timeout=1e99"};
  for (const Json& tag : bad_tags) {
    const auto cell = client().execute("echo ran", tagged(Json::array({tag})));
    EXPECT_EQ(cell.status(), "error") << tag;
    EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("timeout")) << tag;
    EXPECT_EQ(cell.stdout_text(), "") << tag;
  }
  for (const Json& value : {Json("1"), Json(true), Json(-0.5), Json::array({1}), Json::object()}) {
    const auto cell = client().execute("echo ran", {.metadata = {{"timeout", value}}});
    EXPECT_EQ(cell.status(), "error") << value;
    EXPECT_EQ(cell.stdout_text(), "") << value;
  }
  EXPECT_EQ(client().execute("count").result_text(), "1") << "none of them counted";
}

TEST_P(TimeoutSpec, SuppressErrorShowsTheErrorAsText) {
  const auto cell = client().execute("echo before\nfail Oops all is lost", tagged({"suppress-error"}));
  const auto queued = client().execute("echo next");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_TRUE(cell.messages("error").empty());
  EXPECT_THAT(cell.stderr_text(), HasSubstr("Oops: all is lost"));
  EXPECT_EQ(cell.stdout_text(), "before\n");
  EXPECT_EQ(queued.stdout_text(), "next\n");
}

TEST_P(TimeoutSpec, SuppressErrorChangesNothingForACellThatRuns) {
  const auto cell = client().execute("1+1", tagged({"suppress-error"}));

  EXPECT_EQ(cell.result_text(), "2");
  EXPECT_EQ(cell.stderr_text(), "");
}

TEST_P(TimeoutSpec, RaisesExceptionReportsTheErrorAndAbortsNothing) {
  const auto cell =
      client().execute("echo waits\nawait go\nfail Oops as expected", tagged({"raises-exception"}));
  const auto queued = client().execute("echo next");
  ASSERT_TRUE(cell.wait_for_stdout("waits\n"));
  EXPECT_EQ(client().kernel_info().status(), "ok");  // what was sent before this has been received
  client().execute("# task\nset go 1").wait();

  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply_field("ename"), "Oops");
  EXPECT_EQ(cell.messages("error").size(), 1U);
  EXPECT_EQ(queued.stdout_text(), "next\n");
}

TEST_P(TimeoutSpec, RaisesExceptionWithoutAnErrorIsOne) {
  const auto cell = client().execute("echo ran", tagged({"raises-exception"}));

  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.stdout_text(), "ran\n");
  EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("raises-exception"));
  EXPECT_EQ(cell.messages("error").size(), 1U);
  EXPECT_TRUE(kernel_works());
}

TEST_P(TimeoutSpec, StopOnErrorOutweighsTheRequest) {
  for (const bool stop : {true, false}) {
    const std::string go = stop ? "stop" : "stay";
    ExecuteOptions options = tagged({stop ? "stop-on-error=true" : "stop-on-error=false"});
    options.stop_on_error = !stop;
    const auto cell = client().execute("echo waits\nawait " + go + "\nfail", options);
    const auto queued = client().execute("echo next");
    ASSERT_TRUE(cell.wait_for_stdout("waits\n"));
    EXPECT_EQ(client().kernel_info().status(), "ok");  // what was sent before this has been received
    client().execute("# task\nset " + go + " 1").wait();

    EXPECT_EQ(cell.status(), "error");
    EXPECT_EQ(queued.status(), stop ? "aborted" : "ok");
  }
}

TEST_P(TimeoutSpec, ABadStopOnErrorIsRefused) {
  const auto cell = client().execute("echo ran", tagged({"stop-on-error=maybe"}));

  EXPECT_EQ(cell.status(), "error");
  EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("stop-on-error"));
  EXPECT_EQ(cell.stdout_text(), "");
}

TEST_P(TimeoutSpec, TagsThatAreSomebodyElsesDoNothing) {
  for (const Json& tags : {Json({"hide-input", "Timeout=x", "suppress-errors", 3, nullptr}),
                           Json("timeout=x"), Json::object(), Json(nullptr)}) {
    EXPECT_EQ(client().execute("1+1", tagged(tags)).result_text(), "2") << tags;
  }
}

}  // namespace hermit::tests
