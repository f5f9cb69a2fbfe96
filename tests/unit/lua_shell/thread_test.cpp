// Threads and subshells: cells that run at the same time on several OS threads, and share the names.
#include <unistd.h>

#include <thread>

#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ThreadTest : public LuaShellTest {
 protected:
  // A cell in a thread of its own.
  struct Running {
    hermit_request request;
    Outcome outcome;
    std::thread thread;

    const Outcome& wait() {
      thread.join();
      return outcome;
    }
  };

  std::unique_ptr<Running> begin(const std::string& code) {
    auto running = std::make_unique<Running>();
    running->request = ++last_;
    Running& it = *running;
    it.thread =
        std::thread([this, &it, code] { it.outcome = shell.run(it.request, code, HERMIT_RUN_THREAD); });
    return running;
  }

  // The same, and waits until it has printed "go".
  std::unique_ptr<Running> begin_and_wait(const std::string& code) {
    auto running = begin("print('go') " + code);
    host.wait_for_output(running->request, "go\n");
    return running;
  }

  void expect_interrupted(Running& running) {
    shell.interrupt(running.request);
    const Outcome& outcome = running.wait();
    EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED);
    EXPECT_EQ(outcome.error().name, "KernelInterrupt");
  }

  hermit_request last_ = 500'000;
};

using SubshellTest = ThreadTest;

constexpr const char* spin = "while true do end";

TEST_F(ThreadTest, AnotherCellRunsWhileOneSpins) {
  const auto spinning = begin_and_wait("while not stop do end return 'stopped'");
  EXPECT_EQ(shell.execute("seen = 'shared' return seen").text(), "\"shared\"");
  shell.execute("stop = true");
  EXPECT_EQ(spinning->wait().text(), "\"stopped\"");
}

TEST_F(ThreadTest, TwoCellsThatSpinBothGoOnAndEachIsInterruptedAlone) {
  shell.execute("a, b = 0, 0");
  const auto first = begin_and_wait("while true do a = a + 1 end");
  const auto second = begin_and_wait("while true do b = b + 1 end");
  const Outcome outcome =
      shell.execute("local x, y = a, b while a < x + 1000 or b < y + 1000 do end return 'both'");
  EXPECT_EQ(outcome.text(), "\"both\"");
  EXPECT_THAT(shell.complete("ass").texts, Contains("assert"));
  EXPECT_THAT(shell.inspect("a"), HasSubstr("number"));
  expect_interrupted(*first);
  EXPECT_EQ(shell.execute("local y = b while b < y + 1000 do end return 'one'").text(), "\"one\"");
  expect_interrupted(*second);
  EXPECT_EQ(shell.execute("1 + 1").text(), "2");
}

TEST_F(ThreadTest, CellsThatSpinShareFairly) {
  shell.execute("turns = {0, 0, 0}");
  const std::string code = "while not stop do turns[%] = turns[%] + 1 end";
  std::vector<std::unique_ptr<Running>> cells;
  for (const char number : {'1', '2', '3'}) {
    std::string own = code;
    for (char& byte : own) byte = byte == '%' ? number : byte;
    cells.push_back(begin_and_wait(own));
  }
  shell.execute("local sum = 0 repeat sum = turns[1] + turns[2] + turns[3] until sum > 3e7 stop = true");
  for (const auto& cell : cells) EXPECT_EQ(cell->wait().status, HERMIT_OK);
  // Each would have a third; a cell that is starved has next to nothing.
  EXPECT_EQ(shell.execute("math.min(table.unpack(turns)) > 1e6").text(), "true");
}

TEST_F(ThreadTest, ACellPrintsWhileAnotherSpins) {
  const auto spinning = begin_and_wait(spin);
  const auto printing = begin("for i = 1, 2000 do print(i) end");
  EXPECT_THAT(printing->wait().out, HasSubstr("\n2000\n"));
  EXPECT_EQ(spinning->outcome.out, "");
  expect_interrupted(*spinning);
}

TEST_F(ThreadTest, ASleepLeavesTheStateToOthers) {
  const auto sleeping = begin_and_wait("pcall(hermit.sleep, 1e6) woken = true");
  EXPECT_EQ(shell.execute("2 + 2").text(), "4");
  expect_interrupted(*sleeping);
  EXPECT_EQ(shell.execute("woken == nil").text(), "true");
  EXPECT_EQ(begin("hermit.sleep(1e-4) hermit.yield() return 3")->wait().text(), "3");
}

TEST_F(ThreadTest, AnInterruptReachesACellThatWaitsForTheState) {
  // One call of a C function, which keeps the state: it writes to the first pipe and reads from the second.
  int inside[2];
  int leave[2];
  ASSERT_EQ(pipe(inside), 0);
  ASSERT_EQ(pipe(leave), 0);
  const auto blocking = begin("os.execute('echo >&" + std::to_string(inside[1]) + "; read line <&" +
                              std::to_string(leave[0]) + "') return 'left'");
  char byte = 0;
  ASSERT_EQ(read(inside[0], &byte, 1), 1);
  const auto waiting = begin("return 'ran'");
  shell.interrupt(waiting->request);
  EXPECT_EQ(waiting->wait().status, HERMIT_INTERRUPTED);
  ASSERT_EQ(write(leave[1], "\n", 1), 1);
  EXPECT_EQ(blocking->wait().text(), "\"left\"");
  for (const int end : {inside[0], inside[1], leave[0], leave[1]}) close(end);
}

TEST_F(ThreadTest, CellsThatFailDoNotMixUpTheirErrors) {
  std::vector<std::unique_ptr<Running>> cells;
  for (int number = 0; number < 8; ++number) {
    const std::string name = std::to_string(number);
    cells.push_back(
        begin("for i = 1, 300 do pcall(coroutine.wrap(function() error('inner') end)) end\n"
              "local function fail" +
              name + "() error('of " + name +
              "', 0) end\n"
              "coroutine.wrap(function() fail" +
              name + "() end)()"));
  }
  for (size_t number = 0; number < cells.size(); ++number) {
    const std::string name = std::to_string(number);
    const Outcome& outcome = cells[number]->wait();
    EXPECT_THAT(outcome.error().value, HasSubstr("of " + name));
    EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr("fail" + name));
    EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr("stack of the coroutine that failed"));
  }
}

TEST_F(ThreadTest, ManyCellsAllocateAndCollectAtOnce) {
  std::vector<std::unique_ptr<Running>> cells;
  for (int number = 0; number < 6; ++number) {
    cells.push_back(
        begin("local n = 0 for i = 1, 20000 do\n"
              "  local t = setmetatable({tostring(i)}, {__gc = function() closed = (closed or 0) + 1 end})\n"
              "  n = n + coroutine.wrap(function() coroutine.yield(#t) end)()\n"
              "  if i % 5000 == 0 then print(i) collectgarbage() end\n"
              "end return n"));
  }
  for (const auto& cell : cells) EXPECT_EQ(cell->wait().text(), "20000");
}

TEST_F(ThreadTest, InterruptsThatComeAtAnyTimeHitOnlyTheirCell) {
  for (int round = 0; round < 100; ++round) {
    const auto hit = begin("for i = 1, 1000 do end hermit.sleep(1e6)");
    const auto spared = begin("for i = 1, 1000 do end hermit.sleep(1e-6) return 'spared'");
    shell.interrupt(hit->request);
    EXPECT_EQ(hit->wait().status, HERMIT_INTERRUPTED);
    EXPECT_EQ(spared->wait().text(), "\"spared\"");
  }
}

TEST_F(ThreadTest, TasksGoOnWhileAThreadSpins) {
  const auto spinning = begin_and_wait(spin);
  for (int number = 0; number < 50; ++number) shell.start("hermit.sleep(1) sum = (sum or 0) + 1");
  EXPECT_EQ(shell.resume_all().size(), 50U);
  EXPECT_EQ(shell.execute("sum").text(), "50");
  expect_interrupted(*spinning);
}

TEST_F(SubshellTest, SharesTheNamesAndRunsWhileTheMainShellSpins) {
  const hermit_request request = shell.next_request();
  std::thread main(
      [&] { EXPECT_EQ(shell.execute("print('go') while not stop do end return told").text(), "\"sub\""); });
  host.wait_for_output(request, "go\n");
  {
    LuaShell sub(shell);
    EXPECT_EQ(sub.execute("told = 'sub' return 1 + 1").text(), "2");
    EXPECT_THAT(sub.complete("tol").texts, Contains("told"));
    sub.execute("stop = true");
  }
  main.join();
}

TEST_F(SubshellTest, ItsSourcesAreItsOwn) {
  LuaShell sub(shell);
  shell.execute("function of_main()\n  error('main')\nend");
  sub.execute("function of_sub()\n  error('sub')\nend");
  const std::string from_main = shell.execute("of_sub()").error().plain_traceback();
  EXPECT_THAT(from_main, HasSubstr("cell [sub1:1]:2: in function"));
  EXPECT_THAT(from_main, HasSubstr("      error('sub')"));
  const std::string from_sub = sub.execute("of_main()").error().plain_traceback();
  EXPECT_THAT(from_sub, HasSubstr("cell [1]:2: in function"));
  EXPECT_THAT(from_sub, HasSubstr("      error('main')"));
  EXPECT_THAT(shell.inspect("of_sub", {}, 1),
              HasSubstr("cell [sub1:1], lines 1 to 3\n\nfunction of_sub()\n"));
  EXPECT_THAT(sub.inspect("of_main", {}, 1), HasSubstr("cell [1], lines 1 to 3\n\nfunction of_main()\n"));
}

TEST_F(SubshellTest, AnInterruptEndsItsCellAlone) {
  const auto other = begin_and_wait(spin);
  LuaShell sub(shell);
  const hermit_request request = sub.next_request();
  std::thread control([&] {
    host.wait_for_output(request, "go\n");
    sub.interrupt(request);
  });
  EXPECT_EQ(sub.execute("print('go') while true do end").status, HERMIT_INTERRUPTED);
  control.join();
  EXPECT_EQ(other->outcome.status, HERMIT_FAILED);  // as before its end
  expect_interrupted(*other);
}

TEST_F(SubshellTest, EndsWithTasksThatSleepAndLeavesTheOthersAlone) {
  shell.start("hermit.sleep(1) return 'main'");
  const hermit_request task = shell.last_request();
  {
    LuaShell sub(shell);
    sub.start("hermit.sleep(1e6)");
    EXPECT_EQ(sub.execute("1").text(), "1");
    sub.start("coroutine.wrap(function() hermit.sleep(1e6) end)()");
  }
  EXPECT_EQ(shell.resume_next(), task);
  EXPECT_EQ(shell.outcome(task).text(), "\"main\"");
}

TEST_F(SubshellTest, AreCreatedUsedAndEndedManyTimes) {
  shell.execute("count = 0");
  const auto spinning = begin_and_wait("while not stop do end");
  for (int round = 0; round < 200; ++round) {
    std::thread([&] {
      LuaShell sub(shell);
      sub.execute("count = count + 1");
      sub.start("hermit.sleep(1e6)");
    }).join();
  }
  EXPECT_EQ(shell.execute("stop = true return count").text(), "200");
  EXPECT_EQ(spinning->wait().status, HERMIT_OK);
}

}  // namespace
}  // namespace hermit::test
