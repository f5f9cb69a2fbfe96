// How a cell is run: queued, as a task, in a thread; what decides it, and what the reply tells (K3). Cells
// wait for each other with `await` and `set`, so that a wrong order is a test that ends in vain.
#include "support/kernel_spec.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <set>

namespace hermit::tests {
namespace {

// The mode that the reply's metadata tell.
std::string told_mode(const Answer& cell) {
  const Received* const reply = cell.reply();
  if (reply == nullptr) return "no reply";
  const auto metadata = parse_json_object(reply->message.metadata.view());
  return metadata ? metadata->value("run_mode", std::string("none")) : "no metadata";
}

// When the cell began, by the reply's metadata.
std::string started(const Answer& cell) {
  const Received* const reply = cell.reply();
  return reply == nullptr ? "no reply"
                          : (*parse_json(reply->message.metadata.view())).value("started", "none");
}

// A date of the protocol's in microseconds since 1970.
long long microseconds(const std::string& date) {
  std::tm calendar{};
  const char* const fraction = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S.", &calendar);
  EXPECT_TRUE(fraction != nullptr && fraction[6] == 'Z') << date;
  return fraction == nullptr ? 0 : timegm(&calendar) * 1'000'000LL + std::atoi(fraction);
}

// Whether the one is not after the other; the clocks of two processors may be some microseconds apart.
void expect_in_order(const std::string& earlier, const std::string& later) {
  EXPECT_LE(microseconds(earlier), microseconds(later) + 500) << earlier << " and " << later;
}

std::string date_of(const Received& message) {
  return (*parse_json(message.message.header.view())).value("date", "none");
}

// The kernel counts its messages as it makes them: their order over all sockets.
long long number_of(const Received& message) {
  const std::string id = parse_header(message.message.header.view())->msg_id;
  return std::stoll(id.substr(id.rfind('_') + 1));
}

ExecuteOptions tagged(const Json& tags) { return {.metadata = {{"tags", tags}}}; }

}  // namespace

HERMIT_SPEC(RunModeSpec);

TEST_P(RunModeSpec, ACellIsQueuedUnlessItSaysOtherwise) {
  const auto cell = client().execute("mode");

  EXPECT_EQ(cell.result_text(), "queue");
  EXPECT_EQ(told_mode(cell), "queue");
}

TEST_P(RunModeSpec, TheReplyTellsWhenTheCellStarted) {
  const auto before = client().execute("echo waits\nawait go");
  ASSERT_TRUE(before.wait_for_stdout("waits\n"));
  const auto cell = client().execute("nop");
  const auto task = client().execute("# task\nset go 1");

  EXPECT_EQ(task.status(), "ok");
  EXPECT_EQ(cell.status(), "ok");
  expect_in_order(date_of(cell.messages().front()), started(cell));
  expect_in_order(started(cell), date_of(*cell.reply()));
  expect_in_order(started(task), started(cell));  // the time in the queue is not the cell's
  EXPECT_EQ(started(cell).size(), date_of(*cell.reply()).size());
}

TEST_P(RunModeSpec, OnlyCellsThatRanHaveMetadataInTheirReplies) {
  const auto failed = execute_held("fail");
  const auto aborted = client().execute("nop");
  let_go(failed);
  const auto invalid = client().request(Channel::shell, "execute_request", {{"code", 5}});
  const auto completion = client().complete("sp", 2);

  EXPECT_EQ(failed.status(), "error");
  EXPECT_EQ(told_mode(failed), "queue");
  for (const auto& answer : {aborted, invalid, completion, client().kernel_info(), client().interrupt()}) {
    ASSERT_NE(answer.reply(), nullptr);
    EXPECT_EQ(answer.reply()->message.metadata.view(), "{}") << answer.reply()->type;
  }
}

TEST_P(RunModeSpec, AQueuedCellWaitsForTheOnesBeforeItAlsoWhileTheyNap) {
  const auto first = client().execute("echo waits\nawait go\nset order first");
  const auto second = client().execute("get order");
  ASSERT_TRUE(first.wait_for_stdout("waits\n"));
  const auto task = client().execute("# task\nset go 1");

  EXPECT_EQ(task.status(), "ok");
  EXPECT_EQ(first.status(), "ok");
  EXPECT_EQ(second.result_text(), "first");
}

TEST_P(RunModeSpec, ATaskRunsOnTheShellsThreadWhileAQueuedCellNaps) {
  const auto queued = client().execute("echo waits\nawait go\nthread");
  ASSERT_TRUE(queued.wait_for_stdout("waits\n"));
  const auto task = client().execute("# task\nmode\nset go 1");

  EXPECT_EQ(task.status(), "ok");
  EXPECT_EQ(task.result_text(), "task");
  EXPECT_EQ(told_mode(task), "task");
  EXPECT_EQ(queued.result_text(), "main");
}

TEST_P(RunModeSpec, TasksTakeTurns) {
  const auto one = client().execute("# task\nset a 1\nawait b\nset c 1\nawait d\necho one");
  const auto two = client().execute("# task\nawait a\nset b 1\nawait c\nset d 1\nthread");

  EXPECT_EQ(one.stdout_text(), "one\n");
  EXPECT_EQ(two.result_text(), "main");
}

TEST_P(RunModeSpec, ATaskThatYieldsGoesOn) {
  const auto cell = client().execute("# task\necho a\nyield\nyield\nnap 1\necho b\n1+1");

  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(cell.stdout_text(), "a\nb\n");
  EXPECT_EQ(cell.result_text(), "2");
  EXPECT_EQ(cell.messages("status").size(), 2U);
}

TEST_P(RunModeSpec, AQueuedCellThatYieldsKeepsItsPlace) {
  std::vector<Answer> cells;
  for (int i = 0; i < 20; ++i) cells.push_back(client().execute("yield\ncount\nyield"));

  for (std::size_t i = 0; i < cells.size(); ++i) EXPECT_EQ(cells[i].result_text(), std::to_string(i + 1));
}

TEST_P(RunModeSpec, AThreadRunsWhileAnotherCellSpins) {
  const auto spinning = client().execute("echo begun\nspin");
  ASSERT_TRUE(spinning.wait_for_stdout("begun\n"));
  const auto thread = client().execute("# thread\nmode");
  const auto another = client().execute("# thread\nthread\nset seen yes");

  EXPECT_EQ(thread.result_text(), "thread");
  EXPECT_EQ(told_mode(thread), "thread");
  EXPECT_EQ(another.result_text(), "other");
  EXPECT_FALSE(spinning.complete_so_far());
  client().interrupt().wait();
  EXPECT_EQ(spinning.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(client().execute("get seen").result_text(), "yes");
}

TEST_P(RunModeSpec, ThreadsRunAtTheSameTime) {
  const auto one = client().execute("# thread\nset a 1\nawait b\necho one");
  const auto two = client().execute("# thread\nawait a\nset b 1\necho two");

  EXPECT_EQ(one.stdout_text(), "one\n");
  EXPECT_EQ(two.stdout_text(), "two\n");
}

TEST_P(RunModeSpec, ManyThreadsRunAndAreAnsweredOnce) {
  std::vector<Answer> cells;
  for (int i = 0; i < 50; ++i) cells.push_back(client().execute("# thread\nawait go\ncount"));
  EXPECT_EQ(client().execute("set go 1").status(), "ok");

  std::set<std::string> counts;
  for (const auto& cell : cells) {
    EXPECT_EQ(cell.status(), "ok");
    EXPECT_EQ(cell.replies_so_far().size(), 1U);
    counts.insert(cell.result_text());
  }
  EXPECT_EQ(counts.size(), cells.size()) << "each has a count of its own";
}

TEST_P(RunModeSpec, SilentCellsAndCellsOnControlAreTasks) {
  const auto queued = client().execute("echo waits\nawait go\nawait stay");
  ASSERT_TRUE(queued.wait_for_stdout("waits\n"));
  const auto silent = client().execute("set go 1", {.silent = true});
  const auto control = client().execute("mode\nset stay 1", {.channel = Channel::control});

  EXPECT_EQ(silent.status(), "ok");
  EXPECT_EQ(told_mode(silent), "task");
  EXPECT_EQ(control.result_text(), "task");
  EXPECT_EQ(told_mode(control), "task");
  EXPECT_EQ(queued.status(), "ok");
}

TEST_P(RunModeSpec, TheFirstLineOfACellDecides) {
  const std::pair<const char*, const char*> lines[] = {
      {"# task", "task"},     {"#task", "task"},     {"##task", "task"},         {"## task", "task"},
      {"# thread", "thread"}, {"#thread", "thread"}, {"##thread", "thread"},     {"# queue", "queue"},
      {"# tasks", "queue"},   {"# a task", "queue"}, {"# task thread", "queue"}, {"#", "queue"},
      {"", "queue"},          {"-- task", "queue"},  {"nop\n# task", "queue"},
  };
  for (const auto& [line, mode] : lines) {
    const auto cell = client().execute(std::string(line) + "\n# task is no word of the second line\nmode",
                                       {.stop_on_error = false});
    if (std::string_view(line).starts_with("--")) {
      EXPECT_EQ(told_mode(cell), mode) << line;  // another language's comment is an unknown command here
      continue;
    }
    EXPECT_EQ(cell.result_text(), mode) << line;
    EXPECT_EQ(told_mode(cell), mode) << line;
  }
}

TEST_P(RunModeSpec, ATagDecidesToo) {
  EXPECT_EQ(client().execute("mode", tagged({"task"})).result_text(), "task");
  EXPECT_EQ(client().execute("mode", tagged({"of no meaning", 7, "thread"})).result_text(), "thread");
  EXPECT_EQ(client().execute("mode", tagged({"queue"})).result_text(), "queue");
  EXPECT_EQ(client().execute("mode", tagged("thread")).result_text(), "queue") << "tags are an array";
  EXPECT_EQ(client().execute("mode", tagged(nullptr)).result_text(), "queue");
}

TEST_P(RunModeSpec, TheFirstLineOutweighsTheTag) {
  EXPECT_EQ(client().execute("# thread\nmode", tagged({"task"})).result_text(), "thread");
  EXPECT_EQ(client().execute("# queue\nmode", tagged({"task"})).result_text(), "queue");
}

TEST_P(RunModeSpec, ASilentCellMayBeQueuedOrAThread) {
  EXPECT_EQ(told_mode(client().execute("# queue", {.silent = true})), "queue");
  EXPECT_EQ(told_mode(client().execute("# thread", {.silent = true})), "thread");
  EXPECT_EQ(told_mode(client().execute("# queue", {.channel = Channel::control})), "queue");
}

TEST_P(RunModeSpec, AShellThatCannotRunsThemAsQueue) {
  start({.shell = "liar"});
  for (const char* mode : {"task", "thread", "queue"}) {
    EXPECT_EQ(told_mode(client().execute("good", tagged({mode}))), "queue") << mode;
  }
}

TEST_P(RunModeSpec, AFailureAbortsQueuedCellsOnly) {
  const auto failing = client().execute("echo waits\nawait go\nfail");
  const auto queued = client().execute("echo ran");
  ASSERT_TRUE(failing.wait_for_stdout("waits\n"));
  EXPECT_EQ(client().kernel_info().status(), "ok");  // what was sent before this has been received
  const auto thread = client().execute("# thread\nset go 1\necho ran");
  const auto silent = client().execute("write ran", {.silent = true});

  EXPECT_EQ(failing.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(thread.stdout_text(), "ran\n");
  EXPECT_EQ(silent.stdout_text(), "ran");
}

TEST_P(RunModeSpec, AFailedTaskAbortsQueuedCellsThatWait) {
  const auto queued = client().execute("echo waits\nawait go");
  const auto waiting = client().execute("echo ran");
  ASSERT_TRUE(queued.wait_for_stdout("waits\n"));
  EXPECT_EQ(client().kernel_info().status(), "ok");
  const auto task = client().execute("# task\nfail");

  EXPECT_EQ(task.status(), "error");
  EXPECT_EQ(client().execute("# task\nset go 1").status(), "ok");
  EXPECT_EQ(queued.status(), "ok") << "it had begun";
  EXPECT_EQ(waiting.status(), "aborted");
}

TEST_P(RunModeSpec, AnInterruptEndsCellsOfEveryMode) {
  for (const char* line : {"# queue", "# task", "# thread"}) {
    for (const char* wait : {"nap 1000000", "await nothing", "sleep 1000000", "pending 1000000", "spin"}) {
      const auto cell = client().execute(std::string(line) + "\necho begun\n" + wait);
      ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
      EXPECT_EQ(client().interrupt().status(), "ok");

      EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt") << line << ", " << wait;
      EXPECT_EQ(cell.messages("error").size(), 1U) << line << ", " << wait;
    }
  }
  EXPECT_TRUE(kernel_works());
}

TEST_P(RunModeSpec, OneInterruptEndsAllThatRun) {
  const std::vector<Answer> cells = {client().execute("echo begun\nawait nothing"),
                                     client().execute("# task\necho begun\nnap 1000000"),
                                     client().execute("# thread\necho begun\nspin"),
                                     client().execute("# thread\necho begun\nsleep 1000000")};
  for (const auto& cell : cells) ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");

  for (const auto& cell : cells) EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_TRUE(kernel_works());
}

TEST_P(RunModeSpec, AShutdownAnswersCellsOfEveryMode) {
  const std::vector<Answer> cells = {client().execute("echo begun\nawait nothing"),
                                     client().execute("# task\necho begun\nnap 1000000"),
                                     client().execute("# thread\necho begun\nspin"),
                                     client().execute("# task\necho begun\npending 1000000")};
  const auto queued = client().execute("echo ran");
  for (const auto& cell : cells) ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  EXPECT_EQ(client().shutdown().status(), "ok");

  for (const auto& cell : cells) EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(RunModeSpec, EveryCellsExpressionsAreEvaluated) {
  for (const char* line : {"# queue", "# task", "# thread"}) {
    const auto cell = client().execute(std::string(line) + "\nset name value\nyield",
                                       {.user_expressions = {{"known", "name"}, {"unknown", "nothing"}}});
    const Json values = cell.reply_field("user_expressions");

    EXPECT_EQ(values["known"]["data"]["text/plain"], "value") << line;
    EXPECT_EQ(values["unknown"]["status"], "error") << line;
  }
}

TEST_P(RunModeSpec, AThreadOfACellTakesSignals) {
  // Programs that a cell starts inherit what its thread blocks: they could not be interrupted.
  EXPECT_EQ(client().execute("blocked").result_text(), "none");
  EXPECT_EQ(client().execute("# thread\nblocked").result_text(), "none");
}

TEST_P(RunModeSpec, WithConcurrencyModeBlockingEveryCellIsQueued) {
  start({.arguments = {"--concurrency_mode=blocking"}});

  EXPECT_EQ(client().execute("# thread\nmode").result_text(), "queue");
  EXPECT_EQ(client().execute("# task\nmode").result_text(), "queue");
  EXPECT_EQ(client().execute("mode", tagged({"thread"})).result_text(), "queue");
  EXPECT_EQ(client().execute("mode", {.channel = Channel::control}).result_text(), "queue");
  EXPECT_EQ(client().execute("# thread\nthread").result_text(), "main");
}

TEST_P(RunModeSpec, WithConcurrencyModeBlockingTheOrderOfArrivalHolds) {
  start({.arguments = {"--concurrency_mode=blocking"}});
  const auto cell = client().execute("echo begun\nawait nothing", {.stop_on_error = false});
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  const auto completion = client().complete("sp", 2);
  const auto silent = client().execute("nop", {.silent = true});
  EXPECT_EQ(client().kernel_info().status(), "ok");
  EXPECT_EQ(client().interrupt().status(), "ok");

  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(completion.status(), "ok");
  EXPECT_EQ(silent.status(), "ok");
  ASSERT_NE(completion.reply(), nullptr);
  EXPECT_LT(number_of(*cell.reply()), number_of(*completion.reply()));
  EXPECT_LT(number_of(*completion.reply()), number_of(*silent.reply()));
}

TEST_P(RunModeSpec, WithConcurrencyModeBlockingAKernelIsShutDownAllTheSame) {
  start({.arguments = {"--concurrency_mode=blocking"}});
  const auto cell = client().execute("echo begun\nspin");
  ASSERT_TRUE(cell.wait_for_stdout("begun\n"));

  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(RunModeSpec, ATaskThatHandsOverComesBackBeforeALongQueueHasEnded) {
  const auto held = execute_held("nop");
  const auto task = client().execute("# task\nyield\nyield\nyield");
  std::vector<Answer> queued;
  for (int i = 0; i < 50; ++i) queued.push_back(client().execute("nop"));
  let_go(held);

  ASSERT_EQ(task.status(), "ok");
  ASSERT_EQ(queued.back().status(), "ok");
  EXPECT_LT(number_of(*task.reply()), number_of(*queued.back().reply()));
}

}  // namespace hermit::tests
