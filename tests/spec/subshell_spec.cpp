// Subshells: more ways into the same session, each with a thread, a count and a history (K14). JEP 91.
#include "support/kernel_spec.hpp"

#include <gmock/gmock.h>

#include <set>

#include "support/subshells.hpp"

namespace hermit::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Makes a subshell; its id.
std::string created(Client& client) {
  const auto answer = create_subshell(client);
  EXPECT_EQ(answer.status(), "ok");
  const Json id = answer.reply_field("subshell_id");
  return id.is_string() ? id.get<std::string>() : std::string();
}

Answer remove(Client& client, const Json& id) {
  return client.request(Channel::control, "delete_subshell_request", {{"subshell_id", id}});
}

std::set<std::string> listed(Client& client) {
  const Json ids = client.request(Channel::control, "list_subshell_request").reply_field("subshell_id");
  return ids.is_array() ? ids.get<std::set<std::string>>() : std::set<std::string>{"no list"};
}

Answer execute_in(Client& client, const Json& subshell, const std::string& code, bool silent = false) {
  return ask_subshell(client, subshell, "execute_request", {{"code", code}, {"silent", silent}});
}

}  // namespace

HERMIT_SPEC(SubshellSpec);

TEST_P(SubshellSpec, AKernelSaysWhetherItHasThem) {
  EXPECT_THAT(client().kernel_info().reply_field("supported_features"), Contains("kernel subshells"));
}

TEST_P(SubshellSpec, AShellWithoutThemRefuses) {
  start({.shell = "liar"});

  EXPECT_THAT(client().kernel_info().reply_field("supported_features"), Not(Contains("kernel subshells")));
  EXPECT_EQ(create_subshell(client()).status(), "error");
  EXPECT_EQ(client().execute("good").status(), "ok");
}

TEST_P(SubshellSpec, TheyAreMadeListedAndDeleted) {
  EXPECT_EQ(listed(client()), std::set<std::string>());
  const std::string one = created(client());
  const std::string two = created(client());
  EXPECT_NE(one, two);
  EXPECT_EQ(listed(client()), (std::set<std::string>{one, two}));

  const auto answer = remove(client(), one);
  EXPECT_EQ(answer.status(), "ok");
  EXPECT_EQ(answer.reply()->type, "delete_subshell_reply");
  EXPECT_EQ(answer.reply()->channel, Channel::control);
  EXPECT_THAT(answer.types(), ElementsAre("status", "status"));
  EXPECT_EQ(listed(client()), std::set<std::string>{two});
}

TEST_P(SubshellSpec, ADeletedOneCannotBeDeletedOrUsedAgain) {
  const std::string id = created(client());
  EXPECT_EQ(remove(client(), id).status(), "ok");

  const auto again = remove(client(), id);
  EXPECT_EQ(again.status(), "error");
  EXPECT_THAT(again.reply_field("evalue").get<std::string>(), HasSubstr(id));
  EXPECT_EQ(execute_in(client(), id, "nop").status(), "error");
  EXPECT_TRUE(kernel_works());
}

TEST_P(SubshellSpec, WhatIsNoIdIsRefused) {
  for (const Json& id : {Json("none"), Json(""), Json(nullptr), Json(7), Json::array()}) {
    const auto answer = remove(client(), id);
    EXPECT_EQ(answer.status(), "error") << id;
    EXPECT_THAT(answer.types(), ElementsAre("status", "status")) << id;
  }
  EXPECT_EQ(client().request(Channel::control, "delete_subshell_request").status(), "error");
  const auto lost = ask_subshell(client(), "none", "complete_request", {{"code", "sp"}, {"cursor_pos", 2}});
  EXPECT_EQ(lost.status(), "error");
  EXPECT_THAT(lost.types(), ElementsAre("status", "status"));
}

TEST_P(SubshellSpec, ANullIdIsTheMainShell) {
  EXPECT_EQ(execute_in(client(), nullptr, "thread").result_text(), "main");
}

TEST_P(SubshellSpec, TheyAreRefusedOnTheShellChannel) {
  EXPECT_EQ(client().request(Channel::shell, "create_subshell_request").status(), "error");
  EXPECT_EQ(client().request(Channel::shell, "list_subshell_request").status(), "error");
}

TEST_P(SubshellSpec, OneThatCannotBeMadeSaysWhy) {
  start({.arguments = {"--EchoShell.subshell_error=the tide is out"}});
  const auto answer = create_subshell(client());

  EXPECT_EQ(answer.status(), "error");
  EXPECT_THAT(answer.reply_field("evalue").get<std::string>(), HasSubstr("the tide is out"));
  EXPECT_EQ(listed(client()), std::set<std::string>());
  EXPECT_TRUE(kernel_works());
}

TEST_P(SubshellSpec, ItSharesTheNamesAndHasItsOwnThread) {
  const std::string id = created(client());
  EXPECT_EQ(client().execute("set name of the main shell").status(), "ok");

  EXPECT_EQ(execute_in(client(), id, "get name").result_text(), "of the main shell");
  EXPECT_EQ(execute_in(client(), id, "thread\nset other seen").result_text(), "main") << "where it was made";
  EXPECT_EQ(client().execute("get other").result_text(), "seen");
}

TEST_P(SubshellSpec, ItCountsByItself) {
  const std::string id = created(client());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client().execute("nop").status(), "ok");
  const auto first = execute_in(client(), id, "count");
  const auto second = execute_in(client(), id, "count");

  EXPECT_EQ(first.result_text(), "1");
  EXPECT_EQ(first.reply_field("execution_count"), 1);
  EXPECT_EQ(second.result_text(), "2");
  EXPECT_EQ(client().execute("count").result_text(), "4");
}

TEST_P(SubshellSpec, ItHasAHistoryOfItsOwn) {
  const std::string id = created(client());
  EXPECT_EQ(client().execute("echo in the main shell").status(), "ok");
  EXPECT_EQ(execute_in(client(), id, "echo in the subshell").status(), "ok");
  const Json range = {{"hist_access_type", "range"},
                      {"session", 0},
                      {"start", 1},
                      {"stop", 10},
                      {"output", false},
                      {"raw", true}};
  const Json own = ask_subshell(client(), id, "history_request", range).reply_field("history");
  const Json main = client().history(range).reply_field("history");

  ASSERT_EQ(own.size(), 1U) << own;
  EXPECT_EQ(own[0][2], "echo in the subshell");
  ASSERT_EQ(main.size(), 1U) << main;
  EXPECT_EQ(main[0][2], "echo in the main shell");
}

TEST_P(SubshellSpec, ItRunsWhileTheMainShellSpins) {
  const std::string id = created(client());
  const auto spinning = client().execute("echo begun\nspin");
  ASSERT_TRUE(spinning.wait_for_stdout("begun\n"));

  EXPECT_EQ(execute_in(client(), id, "1+1").result_text(), "2");
  const std::string late = created(client());
  EXPECT_EQ(execute_in(client(), late, "1+2").result_text(), "3") << "made while the main shell spins";
  EXPECT_EQ(remove(client(), late).status(), "ok");
  EXPECT_FALSE(spinning.complete_so_far());
  client().interrupt().wait();
  EXPECT_EQ(spinning.reply_field("ename"), "KernelInterrupt");
}

TEST_P(SubshellSpec, TheMainShellRunsWhileItSpins) {
  const std::string id = created(client());
  const auto spinning = execute_in(client(), id, "echo begun\nspin");
  ASSERT_TRUE(spinning.wait_for_stdout("begun\n"));

  EXPECT_TRUE(kernel_works());
  EXPECT_EQ(client().complete("spi", 3).status(), "ok");
  EXPECT_FALSE(spinning.complete_so_far());
  client().interrupt().wait();
  EXPECT_EQ(spinning.reply_field("ename"), "KernelInterrupt");
}

TEST_P(SubshellSpec, AnInterruptReachesCellsOfAllShells) {
  const std::string one = created(client());
  const std::string two = created(client());
  const std::vector<Answer> cells = {client().execute("echo begun\nspin"),
                                     execute_in(client(), one, "echo begun\nspin"),
                                     execute_in(client(), two, "echo begun\nnap 1000000"),
                                     execute_in(client(), two, "# task\necho begun\nawait nothing"),
                                     execute_in(client(), two, "# thread\necho begun\nsleep 1000000")};
  for (const auto& cell : cells) ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  EXPECT_EQ(client().interrupt().status(), "ok");

  for (const auto& cell : cells) EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_EQ(execute_in(client(), one, "1+1").result_text(), "2");
  EXPECT_EQ(execute_in(client(), two, "1+1").result_text(), "2");
  EXPECT_TRUE(kernel_works());
}

TEST_P(SubshellSpec, AFailureAbortsWhatIsQueuedThereOnly) {
  const std::string id = created(client());
  const auto failing = execute_in(client(), id, "echo waits\nawait go\nfail");
  const auto queued = execute_in(client(), id, "echo ran");
  ASSERT_TRUE(failing.wait_for_stdout("waits\n"));
  EXPECT_EQ(client().kernel_info().status(), "ok");  // what was sent before this has been received
  const auto elsewhere = client().execute("set go 1\necho ran");

  EXPECT_EQ(failing.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(elsewhere.stdout_text(), "ran\n");
  EXPECT_EQ(execute_in(client(), id, "1+1").result_text(), "2");
}

TEST_P(SubshellSpec, OutputGoesToItsOwnRequest) {
  const std::string id = created(client());
  const auto inside = execute_in(client(), id, "echo one\nset turn 1\nawait back\necho two");
  const auto outside = client().execute("await turn\necho outside\nset back 1");

  EXPECT_EQ(inside.stdout_text(), "one\ntwo\n");
  EXPECT_EQ(outside.stdout_text(), "outside\n");
}

TEST_P(SubshellSpec, WhatItSaysNamesItInTheParent) {
  const std::string id = created(client());
  const auto cell = execute_in(client(), id, "echo out\n1+1\nfail");
  const auto completion = ask_subshell(client(), id, "complete_request", {{"code", "sp"}, {"cursor_pos", 2}});
  const auto lost = ask_subshell(client(), "none", "execute_request", {{"code", "nop"}});

  for (const auto& answer : {cell, completion, lost}) {
    ASSERT_NE(answer.reply(), nullptr);
    EXPECT_EQ(answer.reply()->message.parent_header.view(), answer.request_header());
    EXPECT_THAT(std::string(answer.request_header()), HasSubstr("subshell_id"));
    for (const auto& message : answer.messages()) {
      EXPECT_EQ(message.message.parent_header.view(), answer.request_header()) << message.type;
    }
  }
  EXPECT_EQ(cell.messages("status").size(), 2U);
}

TEST_P(SubshellSpec, ACellThereMayAskForInputWhileAnotherDoes) {
  const std::string id = created(client());
  const auto main = client().execute("input main?");
  const auto inside = execute_in(client(), id, "input inside?");
  const Received* main_asks = main.wait_for_input();
  const Received* inside_asks = inside.wait_for_input();
  ASSERT_NE(main_asks, nullptr);
  ASSERT_NE(inside_asks, nullptr);
  client().reply_to_input(*inside_asks, "to the subshell");
  client().reply_to_input(*main_asks, "to the main shell");

  EXPECT_EQ(inside.stdout_text(), "got: to the subshell\n");
  EXPECT_EQ(main.stdout_text(), "got: to the main shell\n");
}

TEST_P(SubshellSpec, DeletingABusyOneEndsAndAnswersAllItsCells) {
  for (const char* busy :
       {"spin", "sleep 1000000", "nap 1000000", "await nothing", "pending 1000000", "input ?"}) {
    SCOPED_TRACE(busy);
    const std::string id = created(client());
    const auto running = execute_in(client(), id, std::string("echo begun\n") + busy);
    const auto queued = execute_in(client(), id, "echo ran");
    const auto silent = execute_in(client(), id, "# queue\necho ran", true);
    ASSERT_TRUE(running.wait_for_stdout("begun\n"));
    const auto removal = remove(client(), id);

    EXPECT_EQ(removal.status(), "ok");
    EXPECT_EQ(running.status(), "error");
    EXPECT_EQ(queued.status(), "aborted");
    EXPECT_EQ(silent.status(), "aborted");
    for (const auto& answer : {removal, running, queued, silent}) {
      EXPECT_EQ(answer.replies_so_far().size(), 1U);
      EXPECT_EQ(answer.messages("status").size(), 2U);
    }
  }
  EXPECT_EQ(client().interrupt().status(), "ok") << "the cells that are gone are not asked to end";
  EXPECT_TRUE(kernel_works());
}

TEST_P(SubshellSpec, DeletingOneEndsNoCellOfAnother) {
  const std::string id = created(client());
  const std::string other = created(client());
  const std::string code = "echo begun\nawait go\necho whole";
  const std::vector<Answer> cells = {client().execute(code), execute_in(client(), other, code)};
  for (const auto& cell : cells) ASSERT_TRUE(cell.wait_for_stdout("begun\n"));
  // The last to be asked to end: when it has, so would have the others.
  const auto deleted = execute_in(client(), id, "echo begun\nspin");
  ASSERT_TRUE(deleted.wait_for_stdout("begun\n"));
  EXPECT_EQ(remove(client(), id).status(), "ok");
  EXPECT_EQ(deleted.status(), "error");
  EXPECT_EQ(client().execute("# task\nset go 1").status(), "ok");

  for (const auto& cell : cells) EXPECT_EQ(cell.stdout_text(), "begun\nwhole\n");
}

TEST_P(SubshellSpec, DeletingOneEndsItsTasksAndThreads) {
  const std::string id = created(client());
  const auto task = execute_in(client(), id, "# task\necho begun\nnap 1000000");
  const auto thread = execute_in(client(), id, "# thread\necho begun\nspin");
  const auto silent = execute_in(client(), id, "write begun\nawait nothing", true);
  ASSERT_TRUE(task.wait_for_stdout("begun\n"));
  ASSERT_TRUE(thread.wait_for_stdout("begun\n"));
  ASSERT_TRUE(silent.wait_for_stdout("begun"));
  EXPECT_EQ(remove(client(), id).status(), "ok");

  EXPECT_EQ(task.status(), "error");
  EXPECT_EQ(thread.status(), "error");
  EXPECT_EQ(silent.status(), "error");
  EXPECT_TRUE(kernel_works());
}

TEST_P(SubshellSpec, WhatItsThreadsPrintAfterwardsIsShownStill) {
  const std::string id = created(client());
  const auto cell = execute_in(client(), id, "late last words");
  EXPECT_EQ(cell.status(), "ok");
  EXPECT_EQ(remove(client(), id).status(), "ok");

  EXPECT_TRUE(cell.wait_for_stdout("last words\n"));
}

TEST_P(SubshellSpec, TwoHundredAreMadeUsedAndDeleted) {
  std::set<std::string> ids;
  for (int round = 0; round < 20; ++round) {
    std::vector<Answer> made;
    for (int i = 0; i < 10; ++i) made.push_back(create_subshell(client()));
    std::vector<std::string> here;
    for (const auto& answer : made) here.push_back(answer.reply_field("subshell_id").get<std::string>());
    std::vector<Answer> cells;
    for (const auto& id : here) cells.push_back(execute_in(client(), id, "count"));
    std::vector<Answer> removals;
    for (const auto& cell : cells) EXPECT_EQ(cell.result_text(), "1");
    for (const auto& id : here) removals.push_back(remove(client(), id));
    for (const auto& removal : removals) EXPECT_EQ(removal.status(), "ok");
    ids.insert(here.begin(), here.end());
  }
  EXPECT_EQ(ids.size(), 200U);
  EXPECT_EQ(listed(client()), std::set<std::string>());
}

TEST_P(SubshellSpec, OneMayBeDeletedAsSoonAsItWasAskedFor) {
  for (int i = 0; i < 20; ++i) {
    const auto making = create_subshell(client());
    const auto ids = listed(client());
    for (const auto& id : ids) EXPECT_EQ(remove(client(), id).status(), "ok");
    EXPECT_EQ(making.status(), "ok");
  }
  EXPECT_EQ(listed(client()), std::set<std::string>());
}

TEST_P(SubshellSpec, ACellThatIsAboutToBeginIsEndedToo) {
  // Without waiting for it to begin: the deletion may come before, while and after it does.
  for (int i = 0; i < 30; ++i) {
    const std::string id = created(client());
    const auto cell = execute_in(client(), id, "spin");
    const auto removal = remove(client(), id);

    EXPECT_EQ(removal.status(), "ok");
    EXPECT_NE(cell.status(), "ok");
    EXPECT_EQ(cell.replies_so_far().size(), 1U);
  }
}

TEST_P(SubshellSpec, AShutdownEndsThemAll) {
  const std::string one = created(client());
  const std::string two = created(client());
  const std::vector<Answer> cells = {execute_in(client(), one, "echo begun\nspin"),
                                     execute_in(client(), two, "echo begun\nnap 1000000"),
                                     execute_in(client(), two, "# thread\necho begun\nspin")};
  const auto queued = execute_in(client(), one, "echo ran");
  for (const auto& cell : cells) ASSERT_TRUE(cell.wait_for_stdout("begun\n"));

  EXPECT_EQ(client().shutdown().status(), "ok");
  for (const auto& cell : cells) EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(queued.status(), "aborted");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(SubshellSpec, ItsThreadTakesSignals) {
  // Programs that a cell starts inherit what its thread blocks: they could not be interrupted.
  const std::string id = created(client());

  EXPECT_EQ(execute_in(client(), id, "blocked").result_text(), "none");
  EXPECT_EQ(execute_in(client(), id, "# thread\nblocked").result_text(), "none");
}

TEST_P(SubshellSpec, CompletionAndInspectionAreAnsweredForIt) {
  const std::string id = created(client());
  const auto spinning = execute_in(client(), id, "echo begun\nspin");
  ASSERT_TRUE(spinning.wait_for_stdout("begun\n"));
  const auto completion =
      ask_subshell(client(), id, "complete_request", {{"code", "spi"}, {"cursor_pos", 3}});
  const auto inspection =
      ask_subshell(client(), id, "inspect_request", {{"code", "spin"}, {"cursor_pos", 2}});

  EXPECT_THAT(completion.reply_field("matches"), ElementsAre("spin"));
  EXPECT_EQ(inspection.reply_field("found"), true);
  client().interrupt().wait();
  EXPECT_EQ(spinning.status(), "error");
}

TEST_P(SubshellSpec, DeletingItInterruptsACellThatSleeps) {
  const std::string id = created(client());
  const auto sleeping = execute_in(client(), id, "echo sleeps\nnap 600000");
  ASSERT_TRUE(sleeping.wait_for_stdout("sleeps\n"));

  EXPECT_EQ(remove(client(), id).status(), "ok");
  EXPECT_EQ(sleeping.reply_field("ename"), "KernelInterrupt") << "and not the end of the kernel";
}

}  // namespace hermit::tests
