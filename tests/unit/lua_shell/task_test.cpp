// Tasks: cells that take turns on the shell thread while they sleep.
#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TaskTest : public LuaShellTest {
 protected:
  // Starts a task and returns its request.
  hermit_request begin(std::string_view code) {
    shell.start(code);
    return shell.last_request();
  }

  // Runs a task to its end; it has to sleep as often as said.
  Outcome run(std::string_view code, size_t sleeps = 1) {
    const hermit_request request = begin(code);
    EXPECT_EQ(shell.resume_all().size(), sleeps) << code;
    return shell.outcome(request);
  }
};

TEST_F(TaskTest, TasksTakeTurnsWhereTheySleep) {
  shell.execute("order = ''");
  shell.execute(
      "function work(name) for i = 1, 3 do order = order .. name .. i .. ' ' hermit.sleep(1) end end");
  EXPECT_EQ(shell.start("work('a')"), HERMIT_PENDING);
  EXPECT_EQ(shell.start("work('b')"), HERMIT_PENDING);
  shell.resume_all();
  EXPECT_EQ(shell.execute("order").text(), "\"a1 b1 a2 b2 a3 b3 \"");
}

TEST_F(TaskTest, TheHostIsAskedForTheTimeOfTheSleep) {
  const hermit_request request = begin("hermit.sleep(1.5) hermit.yield() hermit.sleep(1e-9)");
  EXPECT_EQ(host.delay_of(request), 1'500'000U);
  shell.resume_next();
  EXPECT_EQ(host.delay_of(request), 0U);
  shell.resume_next();
  EXPECT_EQ(host.delay_of(request), 1U);
  shell.resume_next();
  EXPECT_EQ(shell.outcome(request).status, HERMIT_OK);
}

TEST_F(TaskTest, AQueuedCellSleepsInTheSameWay) {
  EXPECT_EQ(shell.start("hermit.sleep(2) return 'slept'", HERMIT_RUN_QUEUE), HERMIT_PENDING);
  const hermit_request queued = shell.last_request();
  const hermit_request task = begin("hermit.sleep(1) return 'task'");
  EXPECT_THAT(shell.resume_all(), ElementsAre(task, queued));
  EXPECT_EQ(shell.outcome(queued).text(), "\"slept\"");
}

TEST_F(TaskTest, OutputResultsAndErrorsBelongToTheirTask) {
  const hermit_request first = begin("print('one') hermit.sleep(1) print('three') return 'first'");
  const hermit_request second = begin("print('two') hermit.sleep(2) io.write('four') error('second')");
  shell.resume_all();
  EXPECT_EQ(shell.outcome(first).out, "one\nthree\n");
  EXPECT_EQ(shell.outcome(first).text(), "\"first\"");
  EXPECT_THAT(shell.outcome(first).errors, IsEmpty());
  EXPECT_EQ(shell.outcome(second).out, "two\nfour");
  EXPECT_EQ(shell.outcome(second).status, HERMIT_USER_ERROR);
  EXPECT_EQ(shell.outcome(second).error().value, "cell [2]:1: second");
}

TEST_F(TaskTest, AnErrorAfterASleepHasItsTraceback) {
  const Outcome outcome =
      run("local function work()\n  hermit.sleep(1)\n  error('late')\nend\nwork()\nreturn 1");
  const std::string text = outcome.error().plain_traceback();
  EXPECT_THAT(text, AllOf(HasSubstr("cell [1]:3: in "), HasSubstr("      error('late')\n"),
                          HasSubstr("cell [1]:5: in main chunk")));
  EXPECT_THAT(text.substr(text.find("in main chunk")), Not(HasSubstr("[C]")));
}

TEST_F(TaskTest, SleepsInsideEverythingThatLuaCalls) {
  EXPECT_EQ(run("pcall(function() hermit.sleep(1) return 1, 2 end)").text(), "true\t1\t2");
  EXPECT_EQ(run("pcall(function() hermit.sleep(1) error('x', 0) end)").text(), "false\t\"x\"");
  EXPECT_EQ(
      run("xpcall(function() hermit.sleep(1) error('x', 0) end, function(m) return m .. '!' end)").text(),
      "false\t\"x!\"");
  EXPECT_EQ(run("setmetatable({}, {__index = function(_, k) hermit.sleep(1) return k .. 1 end}).key").text(),
            "\"key1\"");
  EXPECT_EQ(run("setmetatable({}, {__add = function(_, n) hermit.sleep(1) return n end}) + 5").text(), "5");
  EXPECT_EQ(
      run("for v in function(_, v) hermit.sleep(1) if not v then return 1 end end do x = v end x", 2).text(),
      "1");
  EXPECT_EQ(
      run("do local c <close> = setmetatable({}, {__close = function() hermit.sleep(1) c = 7 end}) end c")
          .text(),
      "7");
  EXPECT_EQ(run("return hermit.sleep(1)").status, HERMIT_OK);
}

TEST_F(TaskTest, WhereAFunctionOfCStandsBetweenTheThreadWaits) {
  EXPECT_EQ(
      run("local t = {3, 1, 2} table.sort(t, function(a, b) hermit.sleep(1e-4) return a < b end) return t", 0)
          .text(),
      "{1, 2, 3}");
  EXPECT_EQ(run("(string.gsub('ab', '.', function(c) hermit.sleep(1e-4) return c .. c end))", 0).text(),
            "\"aabb\"");
  EXPECT_EQ(
      run("tostring(setmetatable({}, {__tostring = function() hermit.yield() return 'me' end}))", 0).text(),
      "\"me\"");
  EXPECT_EQ(run("table.sort({2, 1}, function(a, b) return coroutine.wrap(function() hermit.sleep(1e-4) "
                "return a < b end)() end) return 'sorted'",
                0)
                .text(),
            "\"sorted\"");
}

TEST_F(TaskTest, ASleepInACoroutineIsNoYieldToTheUser) {
  EXPECT_EQ(run("local co = coroutine.create(function(a) hermit.sleep(1) local b = coroutine.yield(a + 1)\n"
                "  hermit.sleep(1) return b * 2 end)\n"
                "local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 10)\n"
                "return x, y, coroutine.status(co)",
                2)
                .text(),
            "2\t20\t\"dead\"");
  EXPECT_EQ(run("local sum = 0 for v in coroutine.wrap(function() for i = 1, 3 do hermit.sleep(1) "
                "coroutine.yield(i) end end) do sum = sum + v end return sum",
                3)
                .text(),
            "6");
  EXPECT_EQ(run("local function deep(n) if n == 0 then hermit.sleep(1) return 'deep' end\n"
                "  return coroutine.wrap(function() return deep(n - 1) end)() end return deep(20)")
                .text(),
            "\"deep\"");
  EXPECT_EQ(run("coroutine.resume(coroutine.create(function() hermit.sleep(1) error('x', 0) end))").text(),
            "false\t\"x\"");
  EXPECT_THAT(run("coroutine.wrap(function() hermit.sleep(1) error('x') end)()").error().plain_traceback(),
              HasSubstr("stack of the coroutine that failed"));
}

TEST_F(TaskTest, ACoroutineOfACellThatSleepsCannotBeTouchedByAnother) {
  const hermit_request task = begin(
      "shared = coroutine.create(function() own = coroutine.running() hermit.sleep(1) return 'mine' end)\n"
      "base = coroutine.running() return coroutine.resume(shared)");
  EXPECT_EQ(shell.execute("coroutine.status(shared), coroutine.status(base)").text(),
            "\"normal\"\t\"normal\"");
  EXPECT_EQ(shell.execute("coroutine.resume(shared)").text(),
            "false\t\"cannot resume non-suspended coroutine\"");
  EXPECT_EQ(shell.execute("coroutine.resume(base)").text(),
            "false\t\"cannot resume non-suspended coroutine\"");
  EXPECT_THAT(shell.execute("coroutine.close(shared)").error().value, HasSubstr("cannot close"));
  EXPECT_THAT(shell.execute("coroutine.close(base)").error().value, HasSubstr("cannot close"));
  shell.resume_all();
  EXPECT_EQ(shell.outcome(task).text(), "true\t\"mine\"");
}

TEST_F(TaskTest, ACellLooksAsIfItRanOnTheMainThread) {
  EXPECT_EQ(run("select(2, coroutine.running()), coroutine.isyieldable()", 0).text(), "true\tfalse");
  EXPECT_EQ(run("coroutine.yield()", 0).error().value, "attempt to yield from outside a coroutine");
  EXPECT_EQ(run("coroutine.wrap(function() local _, main = coroutine.running() return main, "
                "coroutine.isyieldable() end)()",
                0)
                .text(),
            "false\ttrue");
}

TEST_F(TaskTest, AThousandTasksSleep) {
  shell.execute("count = 0");
  std::vector<hermit_request> requests;
  for (int number = 0; number < 1000; ++number) {
    requests.push_back(begin("local mine = {} hermit.sleep(1) count = count + 1 print(count) return #mine"));
  }
  EXPECT_EQ(shell.resume_all(), requests);
  for (size_t index = 0; index < requests.size(); ++index) {
    EXPECT_EQ(shell.outcome(requests[index]).out, std::to_string(index + 1) + "\n");
  }
  EXPECT_EQ(shell.execute("collectgarbage() return count").text(), "1000");
}

TEST_F(TaskTest, AnInterruptWakesTheTaskThatSleepsAndNoOther) {
  const hermit_request first = begin("hermit.sleep(1e6) woken = true");
  const hermit_request second = begin("pcall(hermit.sleep, 1e6) woken = true");
  const hermit_request third = begin("hermit.sleep(1e5) return 'whole'");
  shell.interrupt(second);
  EXPECT_EQ(host.delay_of(second), 0U);
  EXPECT_EQ(shell.resume_next(), second);
  EXPECT_EQ(shell.outcome(second).status, HERMIT_INTERRUPTED);
  EXPECT_THAT(shell.outcome(second).error().plain_traceback(), HasSubstr("cell [2]:1: in main chunk"));
  shell.interrupt(first);
  EXPECT_EQ(shell.resume_next(), first);
  EXPECT_EQ(shell.outcome(first).status, HERMIT_INTERRUPTED);
  shell.resume_all();
  EXPECT_EQ(shell.outcome(third).text(), "\"whole\"");
  EXPECT_THAT(shell.execute("woken").results, IsEmpty());
}

TEST_F(TaskTest, AnInterruptBeforeTheFirstSleepEndsTheTaskThere) {
  const hermit_request request = shell.next_request();
  shell.interrupt(request);
  EXPECT_EQ(shell.start("while true do pcall(hermit.sleep, 1e6) end"), HERMIT_INTERRUPTED);
}

TEST_F(TaskTest, ATaskThatSleepsKeepsWhatWasTypedForIt) {
  host.answer("1 2");
  const hermit_cell cell = {lend("local a = io.read('n') hermit.sleep(1) return a + io.read('n')"),
                            {},
                            9,
                            HERMIT_CELL_STORE_HISTORY | HERMIT_CELL_ALLOW_STDIN,
                            HERMIT_RUN_TASK};
  EXPECT_EQ(shell.start_cell(cell), HERMIT_PENDING);
  const hermit_request task = shell.last_request();
  host.answer("7");
  EXPECT_EQ(shell.execute("io.read()").text(), "\"7\"");
  shell.resume_all();
  EXPECT_EQ(shell.outcome(task).text(), "3");
}

TEST_F(TaskTest, TasksThatSleepAreDroppedWithTheShell) {
  FakeHost other_host;
  {
    LuaShell other(other_host);
    for (int number = 0; number < 100; ++number) {
      other.start(
          "local t <close> = setmetatable({}, {__close = print})\n"
          "coroutine.wrap(function() pcall(hermit.sleep, 1e6) end)()");
    }
  }
  EXPECT_THAT(other_host.log(), IsEmpty());
}

TEST_F(TaskTest, WithoutTheHostsLaneASleepWaits) {
  FakeHost other_host;
  other_host.hide(HERMIT_EXT_LANE);
  LuaShell other(other_host);
  EXPECT_EQ(other.start("hermit.sleep(1e-4) hermit.yield()"), HERMIT_OK);
}

TEST_F(TaskTest, EvaluationSleepsOnItsThread) {
  EXPECT_EQ(shell.evaluate("hermit.sleep(1e-4), 5").value.parts["text/plain"].data, "nil\t5");
}

TEST_F(TaskTest, SilentTasksWithDifferentCodeKeepTheirOwnSource) {
  std::vector<hermit_request> requests;
  for (const char* code : {"hermit.sleep(1) error('a')", "hermit.sleep(1)\nerror('b')"}) {
    const hermit_cell cell = {lend(code), {}, 1, HERMIT_CELL_SILENT, HERMIT_RUN_TASK};
    EXPECT_EQ(shell.start_cell(cell), HERMIT_PENDING);
    requests.push_back(shell.last_request());
  }
  shell.resume_all();
  EXPECT_THAT(shell.outcome(requests[0]).error().plain_traceback(),
              HasSubstr("      hermit.sleep(1) error('a')\n"));
  EXPECT_THAT(shell.outcome(requests[1]).error().plain_traceback(), HasSubstr("      error('b')\n"));
}

}  // namespace
}  // namespace hermit::test
