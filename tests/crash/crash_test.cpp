// What becomes of requests when the process of a shell dies (N1): each is answered with an error that says
// how, and the next cell runs. The shell is tests/shells/crash.c. Nothing here runs under a sanitizer: they
// take the signals over that this is about.
#include <dirent.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A way to die, and what the user is told of it.
struct Way {
  const char* name;
  const char* told;
};

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {{"segv", "SIGSEGV (Segmentation fault)"},
                                       {"bus", "SIGBUS (Bus error)"},
                                       {"ill", "SIGILL (Illegal instruction)"},
                                       {"fpe", "SIGFPE (Floating point exception)"},
                                       {"abort", "SIGABRT (Aborted)"},
                                       {"overflow", "SIGSEGV (Segmentation fault)"},
                                       {"exit", "has exited with the code 3"},
                                       {"quit", "has exited with the code 0"},
                                       {"kill", "SIGKILL (Killed)"},
                                       {"rubbish", "rubbish"},
                                       {"close", "closed its pipe"}};
  return all;
}

std::vector<std::string> names_of_ways() {
  std::vector<std::string> names;
  for (const auto& way : ways()) names.emplace_back(way.name);
  return names;
}

std::string told(const std::string& name) {
  for (const auto& way : ways()) {
    if (name == way.name) return way.told;
  }
  return "";
}

Start crash_start(std::vector<std::string> arguments = {}) {
  Start start;
  start.shell = "crash";
  start.arguments = std::move(arguments);
  start.arguments.insert(start.arguments.begin(), "--isolation=process");
  return start;
}

// An answer that says how the process ended, and that there is a new one; once.
void expect_told(const Answer& answer, const std::string& how) {
  EXPECT_EQ(answer.status(), "error") << how;
  EXPECT_EQ(answer.reply_field("ename"), "ShellDied");
  EXPECT_THAT(answer.reply_field("evalue").get<std::string>(), AllOf(HasSubstr(how), HasSubstr("is gone")));
  EXPECT_EQ(answer.replies_so_far().size(), 1U);
  EXPECT_EQ(answer.messages("status").size(), 2U);
}

// The numbers of all processes, with those of their parents.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(parent) + "/task")) {
    std::ifstream file(task.path() / "children");
    for (pid_t child = 0; file >> child;) children.push_back(child);
  }
  return children;
}

std::size_t descriptors_of(pid_t process) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
    ++count;
  }
  return count;
}

// What nobody waits for is a zombie for ever; nothing of it runs.
bool has_ended(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto name = text.rfind(") ");
  return name == std::string::npos || text[name + 2] == 'Z';
}

bool ends(pid_t process) {
  const auto deadline = soon();
  while (!has_ended(process) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return has_ended(process);
}

}  // namespace

// The parameter is the way to die.
class CrashTest : public ZmqSpec {
 protected:
  void start_it(std::vector<std::string> arguments = {}) { start(crash_start(std::move(arguments))); }
  // The base makes kernels by the name of a way to them.
  std::string door() const override { return "worker"; }
  bool works() { return client().execute("works").stdout_text() == "works"; }
};
INSTANTIATE_TEST_SUITE_P(Ways, CrashTest, ::testing::ValuesIn(names_of_ways()),
                         [](const auto& info) { return info.param; });

TEST_P(CrashTest, InACellIsAnErrorAndTheNextCellRuns) {
  start_it();
  const auto died = client().execute("die " + GetParam(), {.stop_on_error = false});
  expect_told(died, told(GetParam()));
  EXPECT_EQ(died.stdout_text(), "die " + GetParam()) << "what was printed just before is lost";
  EXPECT_TRUE(works());
}

TEST_P(CrashTest, InACompletionIsAnErrorAndTheCellThatRanIsToldToo) {
  start_it();
  const auto running = client().execute("ask", {.stop_on_error = false});
  ASSERT_NE(running.wait_for_input(), nullptr);
  expect_told(client().complete("die " + GetParam(), 4), told(GetParam()));
  expect_told(running, told(GetParam()));
  EXPECT_TRUE(works());
}

TEST_P(CrashTest, InACommClosesItAndTheKernelGoesOn) {
  start_it();
  const auto own = client().execute("open");
  EXPECT_EQ(own.messages("comm_open").size(), 1U);
  const auto opened =
      client().request(Channel::shell, "comm_open",
                       {{"comm_id", "one"}, {"target_name", "crash"}, {"data", {{"die", GetParam()}}}});
  EXPECT_TRUE(opened.wait());
  EXPECT_TRUE(works());
  EXPECT_EQ(client().comm_info().reply_field("comms"), Json::object());
}

TEST_P(CrashTest, InAnInterruptEndsTheCellWithAnError) {
  start_it();
  const auto cell = client().execute("spin " + GetParam(), {.stop_on_error = false});
  ASSERT_TRUE(cell.wait_for_stdout("spin"));
  client().interrupt().wait();
  expect_told(cell, told(GetParam()));
  EXPECT_TRUE(works());
}

TEST_P(CrashTest, OfATaskThatIsPendingIsAnError) {
  start_it();
  const auto task = client().execute("task " + GetParam(), {.stop_on_error = false});
  ASSERT_TRUE(task.wait_for_stdout("task"));
  // A process that waits does not notice that its descriptors are closed, until it is asked for something.
  if (GetParam() == "close") {
    EXPECT_TRUE(client().complete("text", 1).wait());
  }
  expect_told(task, told(GetParam()));
  EXPECT_TRUE(works());
}

TEST_P(CrashTest, AtTheEndDoesNotKeepTheKernelFromEnding) {
  start_it();
  EXPECT_EQ(client().execute("last " + GetParam()).status(), "ok");
  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(CrashTest, AtEachStartIsGivenUpWithOneError) {
  start_it({"--CrashShell.start=" + GetParam()});
  EXPECT_EQ(client().kernel_info().status(), "ok");
  const auto first = client().execute("works", {.stop_on_error = false});
  EXPECT_EQ(first.reply_field("ename"), "ShellStartError");
  EXPECT_THAT(first.reply_field("evalue").get<std::string>(),
              AllOf(HasSubstr(told(GetParam())), HasSubstr("restart")));
  EXPECT_EQ(client().execute("works").reply_field("evalue"), first.reply_field("evalue"));
}

// What does not depend on the way.
class DeathTest : public ZmqSpec {
 protected:
  std::string door() const override { return "worker"; }
  bool works() { return client().execute("works").stdout_text() == "works"; }
  pid_t worker() {
    const auto children = children_of(kernel().process().pid());
    return children.size() == 1 ? children.front() : 0;
  }
};
INSTANTIATE_TEST_SUITE_P(Death, DeathTest, ::testing::Values("worker"),
                         [](const auto& info) { return info.param; });

TEST_P(DeathTest, NamesTheFunctionsThatWereCalled) {
  start(crash_start());
  const auto died = client().execute("die segv", {.stop_on_error = false});
  std::string traceback;
  for (const auto& line : died.reply_field("traceback")) traceback += line.get<std::string>() + "\n";
  EXPECT_THAT(traceback, HasSubstr("crash_here"));
  EXPECT_THAT(traceback, HasSubstr("libhermit-crash.so"));
  EXPECT_THAT(died.reply_field("evalue").get<std::string>(), HasSubstr("0x0000000000000040"));
}

TEST_P(DeathTest, EndsInputsOfAllLanesAndClosesComms) {
  start(crash_start());
  const auto opened = client().execute("open");
  const auto thread = client().execute("ask", {.stop_on_error = false, .metadata = {{"tags", {"thread"}}}});
  ASSERT_NE(thread.wait_for_input(), nullptr);
  const auto died = client().execute("die abort", {.stop_on_error = false});
  expect_told(died, "SIGABRT");
  expect_told(thread, "SIGABRT");
  EXPECT_TRUE(works());
  // It belongs to the cell that started last.
  EXPECT_EQ(died.messages("comm_close").size() + thread.messages("comm_close").size(), 1U);
}

TEST_P(DeathTest, ASubshellIsThereAgain) {
  start(crash_start());
  const auto made = client().request(Channel::control, "create_subshell_request");
  const auto id = made.reply_field("subshell_id").get<std::string>();
  expect_told(client().execute("die segv", {.stop_on_error = false}), "SIGSEGV");
  Message message = client().message("execute_request", {{"code", "below"}});
  Json header = *parse_json(message.header.view());
  header["subshell_id"] = id;
  message.header = dump_json(header);
  EXPECT_EQ(client().request(Channel::shell, std::move(message)).stdout_text(), "below");
}

TEST_P(DeathTest, TwoHundredInARowLeaveNothing) {
  start(crash_start());
  const pid_t host = kernel().process().pid();
  const auto die = [&] { expect_told(client().execute("die segv", {.stop_on_error = false}), "SIGSEGV"); };
  for (int i = 0; i < 5; ++i) die();
  ASSERT_TRUE(works());
  constexpr std::size_t threads = 20;  // each has a line to the worker, which comes and goes
  const std::size_t before = descriptors_of(host);
  for (int i = 0; i < 200; ++i) die();
  ASSERT_TRUE(works());
  EXPECT_LE(descriptors_of(host), before + threads);
  EXPECT_EQ(children_of(host).size(), 1U) << "zombies, or workers that were forgotten";
}

TEST_P(DeathTest, WhatALimitForbidsEndsTheCell) {
  start(crash_start({"--memory_limit=500000000"}));
  const auto died = client().execute("die memory", {.stop_on_error = false});
  expect_told(died, "SIGABRT");
  EXPECT_THAT(died.reply_field("evalue").get<std::string>(), HasSubstr("may have 500000000 bytes"));
  EXPECT_TRUE(works());
}

TEST_P(DeathTest, ProcessorTimeIsLimited) {
  start(crash_start({"--cpu_limit=1"}));
  const auto died = client().execute("die cpu", {.stop_on_error = false});
  EXPECT_THAT(died.reply_field("evalue").get<std::string>(), HasSubstr("1 s of processor time"));
  EXPECT_TRUE(works());
}

TEST_P(DeathTest, OfTheHostEndsTheWorkerAndWhatItHasStarted) {
  start(crash_start());
  const auto child = std::stoi(client().execute("child").stdout_text());
  const pid_t orphan = worker();
  ASSERT_NE(orphan, 0);
  kill(kernel().process().pid(), SIGKILL);
  EXPECT_EQ(expect_end().signal, SIGKILL);
  EXPECT_TRUE(ends(orphan));
  EXPECT_TRUE(ends(child));
}

TEST_P(DeathTest, OfTheHostEndsAWorkerThatWasStopped) {
  start(crash_start());
  ASSERT_TRUE(works());
  const pid_t orphan = worker();
  ASSERT_EQ(kill(orphan, SIGSTOP), 0);
  kill(kernel().process().pid(), SIGKILL);
  EXPECT_EQ(expect_end().signal, SIGKILL);
  EXPECT_TRUE(ends(orphan));
}

TEST_P(DeathTest, IsNotWhatComesOfCodeThatUsesUpAllDescriptors) {
  start(crash_start());
  ASSERT_TRUE(works());
  const pid_t process = worker();
  ASSERT_EQ(client().execute("hoard").status(), "ok");
  // Each of these needs a thread of the worker that was not there before.
  EXPECT_EQ(client().execute("# thread\ntext").status(), "ok");
  EXPECT_EQ(client().complete("text", 2).status(), "ok");
  EXPECT_TRUE(works());
  EXPECT_EQ(worker(), process);
}

TEST_P(DeathTest, EndsWhatCellsHaveStarted) {
  start(crash_start());
  const auto child = std::stoi(client().execute("child").stdout_text());
  EXPECT_FALSE(has_ended(child));
  expect_told(client().execute("die segv", {.stop_on_error = false}), "SIGSEGV");
  EXPECT_TRUE(ends(child));
}

TEST_P(DeathTest, ChildProcessesGetNoDescriptorOfTheHosts) {
  start(crash_start());
  // 3 is the folder that is being read.
  EXPECT_EQ(client().execute("descriptors").stdout_text(), "0\n1\n2\n3\n");
}

TEST_P(DeathTest, AnInterruptThatIsNotObeyedEndsTheProcess) {
  Start start = crash_start({"--interrupt_timeout=0.5"});
  this->start(start);
  const auto cell = client().execute("spin nowhere", {.stop_on_error = false});
  ASSERT_TRUE(cell.wait_for_stdout("spin"));
  EXPECT_EQ(client().interrupt().status(), "ok");
  EXPECT_EQ(cell.status(), "error");
  EXPECT_EQ(cell.reply_field("ename"), "KernelInterrupt");
  EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("nor upon a signal"));
  EXPECT_TRUE(works());
}

TEST_P(DeathTest, ATimeoutThatIsNotObeyedIsATimeoutAllTheSame) {
  start(crash_start({"--interrupt_timeout=0.5"}));
  const auto cell =
      client().execute("spin nowhere", {.stop_on_error = false, .metadata = {{"tags", {"timeout=0.2"}}}});
  EXPECT_EQ(cell.reply_field("ename"), "TimeoutError");
  EXPECT_THAT(cell.reply_field("evalue").get<std::string>(), HasSubstr("ran longer than 0.2 s"));
  EXPECT_TRUE(works());
}

// Kills the worker again and again, at any moment of what cells do.
TEST_P(DeathTest, AtRandomMomentsLeavesNoRequestUnanswered) {
  start(crash_start());
  constexpr int kills = 40;
  std::mt19937 random(1);
  std::vector<Answer> answers;
  for (int i = 0; i < kills; ++i) {
    // One that dies before it has done anything counts as one that does not start.
    EXPECT_TRUE(works() || works());
    for (int cell = 0; cell < 5; ++cell) {
      answers.push_back(client().execute("text", {.stop_on_error = false}));
      answers.push_back(client().complete("text", 2));
    }
    client().kernel_info().wait();
    for (auto spins = random() % 20000; spins > 0; --spins) std::this_thread::yield();
    if (const pid_t process = worker(); process != 0) kill(process, SIGKILL);
  }
  for (const auto& answer : answers) {
    EXPECT_TRUE(answer.wait());
    EXPECT_EQ(answer.replies_so_far().size(), 1U);
  }
  EXPECT_TRUE(works() || works());
}

}  // namespace hermit::tests
