// Interrupts end the cell they name, whatever it does, and no other one; the state is handed over to
// completion while a cell runs.
#include <atomic>
#include <thread>

#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

class InterruptTest : public LuaShellTest {
 protected:
  // Runs a cell that first prints "go" and must be interrupted to end, and interrupts it when it has printed
  // `mark`. The interrupt may still find the cell inside that print.
  Outcome interrupted(const std::string& code, const std::string& mark = "go\n") {
    const hermit_request request = shell.next_request();
    std::thread control([&] {
      host.wait_for_output(request, mark);
      shell.interrupt(request);
    });
    const Outcome outcome = shell.execute("print('go')\n" + code);
    control.join();
    return outcome;
  }

  void expect_interrupted(const std::string& code) {
    const Outcome outcome = interrupted(code);
    EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED) << code;
    EXPECT_EQ(outcome.error().name, "KernelInterrupt") << code;
    EXPECT_TRUE(outcome.results.empty()) << code;
    EXPECT_EQ(shell.execute("1 + 1").text(), "2") << code;
  }
};

using ConcurrencyTest = InterruptTest;

TEST_F(InterruptTest, EndsLoops) {
  expect_interrupted("while true do end");
  expect_interrupted("local n = 0 repeat n = n + 1 until false");
  expect_interrupted("for i = 1, math.huge do local t = {i} end");
  expect_interrupted("while true do local s = tostring(1) .. 'x' end");
  expect_interrupted("local function f() return f() end f()");
  expect_interrupted("::again:: goto again");
}

TEST_F(InterruptTest, EndsLoopsInsideCoroutines) {
  expect_interrupted("coroutine.wrap(function() while true do end end)()");
  expect_interrupted("coroutine.resume(coroutine.create(function() while true do end end))");
  expect_interrupted(
      "while true do coroutine.resume(coroutine.create(function() while true do end end)) end");
  expect_interrupted(
      "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end");
  expect_interrupted("coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()");
  expect_interrupted("for _ in coroutine.wrap(function() while true do coroutine.yield(1) end end) do end");
}

TEST_F(InterruptTest, EndsLoopsOfProtectedCalls) {
  expect_interrupted("while true do pcall(function() while true do end end) end");
  expect_interrupted("while true do pcall(error) end");
  expect_interrupted("while true do xpcall(function() while true do end end, function(m) return m end) end");
  expect_interrupted(
      "while true do coroutine.wrap(function() pcall(function() while true do end end) end)() end");
  expect_interrupted("local function f() while true do pcall(f) end end f()");
  expect_interrupted("while true do load(function() while true do end end) end");
}

TEST_F(InterruptTest, EndsMessageHandlersThatLoop) {
  expect_interrupted("xpcall(function() while true do end end, function() while true do end end)");
  expect_interrupted("xpcall(error, function() while true do end end)");
  expect_interrupted("xpcall(error, function() while true do pcall(error) end end)");
}

TEST_F(InterruptTest, EndsMetamethodsAndCallbacks) {
  expect_interrupted("local t = setmetatable({}, {__index = function() while true do end end}) return t.x");
  expect_interrupted("return setmetatable({}, {__add = function() while true do end end}) + 1");
  expect_interrupted("string.gsub('x', '.', function() while true do end end)");
  expect_interrupted("table.sort({3, 2, 1}, function() while true do end end)");
  expect_interrupted(
      "local t = {} for i = 1, 100000 do t[i] = i end while true do table.sort(t, function(a, b) return a > "
      "b end) end");
  expect_interrupted("local x <close> = setmetatable({}, {__close = function() while true do end end})");
  expect_interrupted(
      "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() "
      "while true do end end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)");
  expect_interrupted("return setmetatable({}, {__tostring = function() while true do end end})");
  expect_interrupted("return setmetatable({}, {__mime = function() while true do end end})");
  expect_interrupted("error(setmetatable({}, {__index = function() while true do end end}).x)");
}

TEST_F(InterruptTest, ClosesWhatIsToBeClosedOnTheWay) {
  const Outcome outcome = interrupted(
      "local file <close> = setmetatable({}, {__close = function() for i = 1, 100 do closed = i end end})\n"
      "print('mark') while true do end",
      "mark\n");
  EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED);
  EXPECT_EQ(shell.execute("closed").text(), "100");
}

TEST_F(InterruptTest, EndsRecursionThroughProtectedCalls) {
  expect_interrupted("local function f() pcall(f) f() end f()");
  expect_interrupted("local function f() xpcall(f, function(m) return m end) f() end f()");
  expect_interrupted("coroutine.wrap(function() local function f() pcall(f) f() end f() end)()");
  expect_interrupted("local function f() pcall(coroutine.wrap(f)) f() end f()");
  expect_interrupted("local function f() pcall(string.gsub, 'x', '.', f) f() end f()");
  expect_interrupted("local function f() pcall(table.sort, {3, 2, 1}, f) f() end f()");
  expect_interrupted(
      "local t t = setmetatable({}, {__index = function(_, k) pcall(function() return t[k] end) return t[k] "
      "end}) return t.x");
  expect_interrupted(
      "local function f() local x <close> = setmetatable({}, {__close = function() while true do end end}) "
      "pcall(f) f() end f()");
}

// It would take minutes to go back through a hundred thousand calls of pcall, one by one: each looks at the
// whole stack. So all are left at once, and handlers find a stack on which little else is.
TEST_F(InterruptTest, LeavesAllProtectedCallsAtOnce) {
  const std::string recursion =
      "depths, errors = {}, {}\n"
      "local function depth() local n = 0 while debug.getinfo(n + 1, 'l') do n = n + 1 end return n end\n"
      "local function f(n)\n"
      "  local x <close> = setmetatable({}, {__close = function(_, e)\n"
      "    depths[#depths + 1] = depth() errors[#errors + 1] = tostring(e) end})\n"
      "  if n == 0 then print('mark') while true do end end\n"
      "  pcall(f, n - 1)\n"
      "end\n";
  for (const char* call :
       {"f(100)", "coroutine.wrap(f)(100)", "coroutine.resume(coroutine.create(f), 100)"}) {
    const Outcome outcome = interrupted(recursion + call, "mark\n");
    EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED) << call;
    EXPECT_EQ(shell.execute("#depths").text(), "101") << call;
    EXPECT_EQ(shell.execute("depths[1] > 100, depths[2] < 10, depths[101] < 10").text(), "true\ttrue\ttrue")
        << call;
    EXPECT_EQ(shell.execute("errors[1], errors[2], errors[101]").text(),
              "\"interrupted\"\t\"interrupted\"\t\"interrupted\"")
        << call;
  }
}

TEST_F(InterruptTest, EndsRecursionBelowFunctionsInC) {
  // pcall cannot be left at once there.
  const Outcome outcome = interrupted(
      "local function f(n) if n == 0 then print('mark') while true do end end pcall(f, n - 1) end\n"
      "string.gsub('x', '.', function() f(50) end) never = true",
      "mark\n");
  EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED);
  EXPECT_EQ(shell.execute("never").text(), "");
}

TEST_F(InterruptTest, EndsLoopsUnderADebugHookOfTheUsers) {
  expect_interrupted("debug.sethook(function() end, '', 1000) while true do end");
  expect_interrupted("while true do debug.sethook(function() end, 'l') end");
  shell.execute("debug.sethook()");
}

TEST_F(InterruptTest, TellsWhereTheCellWas) {
  const Outcome outcome =
      interrupted("local function spin()\n  while true do print('mark') end\nend\nspin()", "mark\n");
  EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr("in function spin"));
  EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr("      while true do print('mark') end"));
}

TEST_F(InterruptTest, EndsASleep) { expect_interrupted("hermit.sleep(1e9)"); }

TEST_F(InterruptTest, EndsWaitingForInput) {
  const hermit_request request = shell.next_request();
  std::thread control([&] {
    host.wait_for_prompt(request);
    host.interrupt_input();
    shell.interrupt(request);
  });
  const Outcome outcome = shell.execute("while true do pcall(io.read) end");
  control.join();
  EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED);
  EXPECT_EQ(shell.execute("1").text(), "1");
}

TEST_F(InterruptTest, EndsACellWhoseOutputTheHostHasInterrupted) {
  host.set_stream_status(HERMIT_INTERRUPTED);
  EXPECT_EQ(shell.execute("while true do pcall(print, 'x') end").status, HERMIT_INTERRUPTED);
  host.set_stream_status(HERMIT_OK);
  EXPECT_EQ(shell.execute("print('x')").status, HERMIT_OK);
}

TEST_F(InterruptTest, OfAnotherRequestDoesNothing) {
  shell.interrupt(shell.next_request() - 1);
  shell.interrupt(0);
  shell.interrupt(99);
  EXPECT_EQ(shell.execute("local n = 0 for i = 1, 1000000 do n = n + 1 end return n").text(), "1000000");
}

TEST_F(InterruptTest, ThatComesTooLateNeverHitsTheNextCell) {
  for (int round = 0; round < 200; ++round) {
    const hermit_request request = shell.next_request();
    std::thread control([&] { shell.interrupt(request); });
    const Outcome hit = shell.execute("for i = 1, 1000 do end return 1");
    EXPECT_THAT(hit.status, testing::AnyOf(HERMIT_OK, HERMIT_INTERRUPTED));
    const Outcome next = shell.execute("for i = 1, 1000 do end return 2");
    EXPECT_EQ(next.status, HERMIT_OK);
    control.join();
  }
}

TEST_F(InterruptTest, ThatComesBeforeTheFirstInstructionIsKept) {
  shell.interrupt(shell.next_request());
  EXPECT_EQ(shell.execute("while true do end").status, HERMIT_INTERRUPTED);
}

TEST_F(InterruptTest, EndsEvaluation) {
  shell.execute("function spin() print('go') while true do end end");
  const hermit_request request = shell.next_request() - 1;
  std::thread control([&] {
    host.wait_for_output(request, "go\n");
    shell.interrupt(request);
  });
  const Evaluation evaluation = shell.evaluate("spin()");
  control.join();
  EXPECT_EQ(evaluation.status, HERMIT_INTERRUPTED);
  EXPECT_EQ(evaluation.error.name, "KernelInterrupt");
}

TEST_F(InterruptTest, ASwallowedInterruptStillEndsTheCellAsInterrupted) {
  expect_interrupted("pcall(function() while true do end end)");
}

TEST_F(ConcurrencyTest, CompletionAndInspectionAnswerWhileACellSpins) {
  shell.execute("answer = 42 function helper(a, b) end");
  const char* const spinning[] = {
      "while not stop do end",
      "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
      "while true do pcall(error) end", "while true do local t = {{}, {}} end",
      "coroutine.wrap(function() local function g() end while true do g() pcall(g) end end)()"};
  for (const char* code : spinning) {
    const hermit_request request = shell.next_request();
    std::thread other([&] {
      host.wait_for_output(request, "go\n");
      for (int round = 0; round < 30; ++round) {
        EXPECT_THAT(shell.complete("ans").texts, Contains("answer"));
        EXPECT_THAT(shell.complete("hel").matches, Contains(Match{"helper", "function", "(a, b)"}));
        EXPECT_THAT(shell.inspect("answer"), HasSubstr("42"));
        EXPECT_EQ(shell.is_complete("for").completeness, static_cast<uint32_t>(HERMIT_CODE_INCOMPLETE));
      }
      shell.interrupt(request);
    });
    const Outcome outcome = shell.execute(std::string("print('go') ") + code);
    other.join();
    EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED) << code;
  }
}

// The hook that completion has had set is being taken off when the interrupt comes; now and then the
// interpreter overlooks one that is set at that moment.
TEST_F(ConcurrencyTest, AnInterruptRightAfterAQuestionIsNotLost) {
  shell.execute("answer = 42");
  for (int round = 0; round < 2000; ++round) {
    const hermit_request request = shell.next_request();
    std::thread other([&] {
      host.wait_for_output(request, "go\n");
      shell.complete("ans");
      for (int wait = 0; wait < round % 400 * 20; ++wait) std::atomic_signal_fence(std::memory_order_seq_cst);
      shell.interrupt(request);
    });
    const Outcome outcome = shell.execute("print('go') while true do end");
    other.join();
    ASSERT_EQ(outcome.status, HERMIT_INTERRUPTED);
  }
}

TEST_F(ConcurrencyTest, CompletionAnswersWhileACellSleepsOrAsksOrWrites) {
  shell.execute("answer = 42");
  hermit_request request = shell.next_request();
  std::thread asking([&] {
    host.wait_for_prompt(request);
    EXPECT_THAT(shell.complete("ans").texts, Contains("answer"));
    host.answer("x");
  });
  EXPECT_EQ(shell.execute("io.read()").text(), "\"x\"");
  asking.join();

  request = shell.next_request();
  host.hold_streams(true);
  std::thread writing([&] {
    host.wait_for_output(request, "slow");
    EXPECT_THAT(shell.complete("ans").texts, Contains("answer"));
    host.hold_streams(false);
  });
  EXPECT_EQ(shell.execute("print('slow') return answer").text(), "42");
  writing.join();

  expect_interrupted("hermit.sleep(1e9)");
}

TEST_F(ConcurrencyTest, ACellThatIsLookedIntoComputesTheSame) {
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) shell.complete("str");
  });
  const Outcome outcome = shell.execute(
      "local n = 0\n"
      "for i = 1, 200000 do local ok, v = pcall(function(x) return x + 1 end, i) n = n + v - i\n"
      "  n = n + coroutine.wrap(function() return 1 end)() - 1 end\nreturn n");
  done = true;
  other.join();
  EXPECT_EQ(outcome.text(), "200000");
}

TEST_F(ConcurrencyTest, AUsersDebugHookSurvivesBeingLookedInto) {
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) shell.complete("str");
  });
  const Outcome outcome = shell.execute(
      "local n = 0 debug.sethook(function() n = n + 1 end, '', 1000)\n"
      "for i = 1, 3000000 do end local before = n for i = 1, 3000000 do end\n"
      "debug.sethook() return before > 0 and n > before");
  done = true;
  other.join();
  EXPECT_EQ(outcome.text(), "true");
}

}  // namespace
}  // namespace hermit::test
