// Errors: names, messages, tracebacks.
#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using ErrorTest = LuaShellTest;

TEST_F(ErrorTest, ARuntimeErrorShowsTheCellItsLinesAndTheirText) {
  shell.execute("function inner(t)\n  return t.x.y\nend");
  const Outcome outcome = shell.execute("local a = 1\ninner({})\nprint(a)");
  EXPECT_EQ(outcome.status, HERMIT_USER_ERROR);
  const RecordedError error = outcome.error();
  EXPECT_EQ(error.name, "LuaError");
  EXPECT_EQ(error.value, "cell [1]:2: attempt to index a nil value (field 'x')");
  EXPECT_EQ(error.plain_traceback(),
            "LuaError: cell [1]:2: attempt to index a nil value (field 'x')\n"
            "stack traceback:\n"
            "  cell [1]:2: in function inner\n"
            "      return t.x.y\n"
            "  cell [2]:2: in main chunk\n"
            "      inner({})\n");
  EXPECT_THAT(error.traceback.front(), HasSubstr("\x1b["));
}

TEST_F(ErrorTest, TheLastExpressionKeepsItsFrame) {
  shell.execute("function f() error('x') end");
  EXPECT_THAT(shell.execute("f()").error().plain_traceback(),
              HasSubstr("cell [2]:1: in main chunk\n      f()"));
}

TEST_F(ErrorTest, ASyntaxErrorShowsTheLineAndTheSpot) {
  const RecordedError error = shell.execute("x = 1\nlocal y = = 2").error();
  EXPECT_EQ(error.name, "SyntaxError");
  EXPECT_EQ(error.value, "cell [1]:2: unexpected symbol near '='");
  EXPECT_EQ(error.plain_traceback(),
            "SyntaxError: cell [1]:2: unexpected symbol near '='\n"
            "  2 | local y = = 2\n"
            "    |           ^\n");
}

TEST_F(ErrorTest, TheSpotIsRightForUnfinishedAndForExpressionCode) {
  EXPECT_THAT(shell.execute("for i = 1, 3 do\n  print(i)\n\n").error().plain_traceback(),
              HasSubstr("  2 |   print(i)\n    |           ^\n"));
  EXPECT_THAT(shell.execute("1 +").error().plain_traceback(), HasSubstr("  1 | 1 +\n    |    ^\n"));
  EXPECT_THAT(shell.execute("x = 2\nx + * 3").error().plain_traceback(),
              HasSubstr("  2 | x + * 3\n    |     ^\n"));
  EXPECT_THAT(shell.execute("s = 'ü' = 2").error().plain_traceback(),
              HasSubstr("  1 | s = 'ü' = 2\n    |         ^\n"));
  EXPECT_EQ(shell.execute("x = 'abc").error().name, "SyntaxError");
  EXPECT_EQ(shell.execute("goto nowhere").error().name, "SyntaxError");
}

TEST_F(ErrorTest, AnyErrorValueIsShown) {
  EXPECT_EQ(shell.execute("error()").error().value, "nil");
  EXPECT_EQ(shell.execute("error({code = 5})").error().value, "{code = 5}");
  EXPECT_EQ(shell.execute("error(42)").error().value, "42");
  const RecordedError named =
      shell
          .execute("error(setmetatable({}, {__name = 'IOError', __tostring = function() return 'disk' end}))")
          .error();
  EXPECT_EQ(named.name, "IOError");
  EXPECT_EQ(named.value, "disk");
  EXPECT_THAT(
      shell.execute("error(setmetatable({}, {__tostring = function() error('again') end}))").error().value,
      HasSubstr("again"));
  EXPECT_EQ(shell.execute("error('\\xff')").error().value, "cell [6]:1: \xEF\xBF\xBD");
}

TEST_F(ErrorTest, RunningOutOfStackOrMemoryIsAnError) {
  const RecordedError deep = shell.execute("function f() return 1 + f() end f()").error();
  EXPECT_THAT(deep.value, HasSubstr("stack overflow"));
  EXPECT_THAT(deep.plain_traceback(), HasSubstr("levels left out)"));
  EXPECT_LT(deep.traceback.size(), 60U);
  EXPECT_THAT(shell.execute("io.open('/dev/null'):read(1 << 62)").error().value,
              HasSubstr("not enough memory"));
  EXPECT_THAT(shell
                  .execute("function g() g = string.gsub('x', 'x', g) end string.gsub('x', '.', "
                           "function() return (function(s) return s:gsub('.', g) end)('x') end)")
                  .status,
              testing::AnyOf(HERMIT_OK, HERMIT_USER_ERROR));
  const Outcome nested = shell.execute("local function h() return string.gsub('x', 'x', h) end h()");
  EXPECT_EQ(nested.status, HERMIT_USER_ERROR);
  EXPECT_EQ(shell.execute("1").text(), "1");
}

TEST_F(ErrorTest, AnErrorInACoroutineShowsItsStack) {
  shell.execute("function work()\n  local x = nil\n  x()\nend");
  const std::string resumed =
      shell.execute("assert(coroutine.resume(coroutine.create(work)))").error().plain_traceback();
  EXPECT_THAT(resumed,
              AllOf(HasSubstr("stack of the coroutine that failed:\n  cell [1]:3: in function <cell [1]:1>"),
                    HasSubstr("cell [2]:1: in main chunk")));
  const std::string wrapped = shell.execute("coroutine.wrap(work)()").error().plain_traceback();
  EXPECT_THAT(wrapped, AllOf(HasSubstr("stack of the coroutine that failed:"), HasSubstr("      x()\n")));
  const std::string later = shell.execute("error('other')").error().plain_traceback();
  EXPECT_THAT(later, Not(HasSubstr("coroutine that failed")));
}

TEST_F(ErrorTest, TheShellsOwnFramesAreNotShown) {
  const std::string text =
      shell
          .execute(
              "xpcall(function() error('a') end, function(m) print(debug.traceback(m, 2)) end) error('b')")
          .error()
          .plain_traceback();
  EXPECT_THAT(text, Not(HasSubstr("hermit")));
}

TEST_F(ErrorTest, ProtectedCallsBehaveAsInLua) {
  EXPECT_EQ(shell.execute("pcall(error, 'x')").text(), "false\t\"x\"");
  EXPECT_EQ(shell.execute("pcall(function(...) return ... end, 1, nil, 3)").text(), "true\t1\tnil\t3");
  EXPECT_EQ(shell.execute("pcall(nil)").text(), "false\t\"attempt to call a nil value\"");
  EXPECT_EQ(shell.execute("xpcall(function(a, b) return a + b end, print, 1, 2)").text(), "true\t3");
  EXPECT_EQ(shell.execute("xpcall(error, function(m) return m .. '!' end, 'x')").text(), "false\t\"x!\"");
  EXPECT_EQ(shell.execute("select('#', xpcall(error, string.upper, 'x'))").text(), "2");
  EXPECT_EQ(shell.execute("xpcall(print)").status, HERMIT_USER_ERROR);
  EXPECT_EQ(shell.execute("pcall()").status, HERMIT_USER_ERROR);
  EXPECT_EQ(
      shell
          .execute(
              "co = coroutine.wrap(function() local ok, v = pcall(function() local x = coroutine.yield(1) "
              "error(x, 0) end) return ok, v end) co()")
          .text(),
      "1");
  EXPECT_EQ(shell.execute("co('in')").text(), "false\t\"in\"");
  EXPECT_EQ(
      shell
          .execute(
              "co = coroutine.wrap(function() return xpcall(function() return coroutine.yield(1) end, print) "
              "end) co()")
          .text(),
      "1");
  EXPECT_EQ(shell.execute("co('in')").text(), "true\t\"in\"");
}

TEST_F(ErrorTest, ALevelInAHandlerCountsAsInLua) {
  const Outcome outcome = shell.execute(
      "function bad() error('x') end\n"
      "xpcall(function() bad() end, function() print(debug.getinfo(2, 'n').name) print(debug.getinfo(3, "
      "'n').name) end)");
  EXPECT_EQ(outcome.out, "error\nbad\n");
}

TEST_F(ErrorTest, CoroutinesBehaveAsInLua) {
  EXPECT_EQ(
      shell.execute("coroutine.resume(coroutine.create(function(a) return a, coroutine.yield(2) end), 1)")
          .text(),
      "true\t2");
  EXPECT_EQ(
      shell.execute("local co = coroutine.create(print) coroutine.resume(co) return coroutine.resume(co)")
          .text(),
      "false\t\"cannot resume dead coroutine\"");
  EXPECT_EQ(shell.execute("coroutine.resume(coroutine.running())").text(),
            "false\t\"cannot resume non-suspended coroutine\"");
  EXPECT_THAT(shell.execute("coroutine.close(coroutine.running())").error().value,
              HasSubstr("cannot close a running coroutine"));
  EXPECT_THAT(shell.execute("coroutine.resume(5)").error().value, HasSubstr("coroutine expected"));
  EXPECT_EQ(
      shell
          .execute(
              "local log = {} local co = coroutine.create(function() local x <close> = setmetatable({}, "
              "{__close = function() log[1] = 'closed' end}) coroutine.yield() end) coroutine.resume(co) "
              "local ok = coroutine.close(co) return ok, log[1], coroutine.status(co)")
          .text(),
      "true\t\"closed\"\t\"dead\"");
  EXPECT_EQ(
      shell
          .execute(
              "local co = coroutine.create(function() local x <close> = setmetatable({}, "
              "{__close = function() error('in close', 0) end}) coroutine.yield() end) coroutine.resume(co) "
              "return coroutine.close(co)")
          .text(),
      "false\t\"in close\"");
  EXPECT_EQ(shell
                .execute("local t = {} for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) "
                         "end end) do "
                         "t[#t + 1] = v end return t")
                .text(),
            "{1, 2, 3}");
  EXPECT_THAT(
      shell
          .execute("coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function(_, e) "
                   "print('saw ' .. e) end}) error('inside', 0) end)()")
          .out,
      HasSubstr("saw inside"));
  EXPECT_THAT(shell.execute("coroutine.wrap(function() error({}) end)()").error().value, "{}");
  EXPECT_THAT(shell.execute("local f f = coroutine.wrap(function() f() end) f()").error().value,
              HasSubstr("cannot resume non-suspended coroutine"));
}

TEST_F(ErrorTest, LeavingAndDebuggingByTerminalAreRefused) {
  EXPECT_THAT(shell.execute("os.exit(1)").error().value, HasSubstr("shut it down"));
  EXPECT_EQ(shell.execute("debug.debug()").status, HERMIT_USER_ERROR);
}

TEST_F(ErrorTest, AUsersDebugHookWorks) {
  EXPECT_EQ(shell
                .execute("n = 0 debug.sethook(function() n = n + 1 end, 'l')\nlocal a = 1\nlocal b = 2\n"
                         "debug.sethook()\nreturn n >= 3")
                .text(),
            "true");
  EXPECT_EQ(shell
                .execute("f = function() end debug.sethook(f, 'c', 7) local a, b, c = debug.gethook() "
                         "debug.sethook() return a == f, b, c, debug.gethook()")
                .text(),
            "true\t\"c\"\t7\tnil");
}

}  // namespace
}  // namespace hermit::test
