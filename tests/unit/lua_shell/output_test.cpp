// What Lua code prints, displays and asks.
#include <fstream>

#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using OutputTest = LuaShellTest;
using InputTest = LuaShellTest;

TEST_F(OutputTest, PrintWritesALineInOneCall) {
  const Outcome outcome =
      shell.execute("print(1, 2.0, nil, 'x', setmetatable({}, {__tostring = function() return 'o' end}))");
  EXPECT_EQ(outcome.out, "1\t2.0\tnil\tx\to\n");
  EXPECT_EQ(outcome.stream_calls, 1U);
  EXPECT_EQ(shell.execute("print()").out, "\n");
  EXPECT_THAT(shell.execute("print(setmetatable({}, {__name = 'Thing'}))").out,
              testing::StartsWith("Thing: 0x"));
}

TEST_F(OutputTest, NumbersArePrintedAsTostringDoes) {
  EXPECT_EQ(
      shell
          .execute(
              "for _, n in ipairs{0, -1, math.mininteger, 0.0, -0.0, 1e100, 1e15, 0.1, 1/0, -1/0, 3.0} do\n"
              "  local text = tostring(n) print(n) io.write(n, '\\n') io.write(text, '\\n', text, '\\n') end")
          .out,
      shell
          .execute(
              "for _, n in ipairs{0, -1, math.mininteger, 0.0, -0.0, 1e100, 1e15, 0.1, 1/0, -1/0, 3.0} do\n"
              "  io.write((tostring(n) .. '\\n'):rep(4)) end")
          .out);
  EXPECT_EQ(shell.execute("debug.setmetatable(0, {__tostring = function() return 'n' end}) print(1)").out,
            "n\n");
}

TEST_F(OutputTest, AFailingTostringFailsPrint) {
  const Outcome outcome =
      shell.execute("print('a', setmetatable({}, {__tostring = function() error('no') end}))");
  EXPECT_EQ(outcome.status, HERMIT_USER_ERROR);
  EXPECT_EQ(outcome.out, "");
}

TEST_F(OutputTest, APrintInsideTostringDoesNotDisturb) {
  EXPECT_EQ(
      shell.execute("print('a', setmetatable({}, {__tostring = function() print('inner') return 'b' end}))")
          .out,
      "inner\na\tb\n");
}

TEST_F(OutputTest, TheStandardFilesAreLive) {
  const Outcome outcome =
      shell.execute("io.write('a', 1, 2.5):write('b') io.stdout:write('c') io.stderr:write('e', 3)");
  EXPECT_EQ(outcome.out, "a12.5bc");
  EXPECT_EQ(outcome.err, "e3");
  EXPECT_THAT(shell.execute("io.write({})").error().value, HasSubstr("bad argument #1 to 'write'"));
  EXPECT_EQ(shell.execute("io.write('x') == io.stdout").text(), "true");
  EXPECT_EQ(shell.execute("io.stdout:flush() io.flush() return io.type(io.stdout)").text(), "\"file\"");
}

TEST_F(OutputTest, TheStandardFilesThatWritingReturnsAreNoValues) {
  EXPECT_TRUE(shell.execute("io.write('x')").results.empty());
  EXPECT_TRUE(shell.execute("io.stderr:write('x')").results.empty());
  EXPECT_TRUE(shell.execute("print('a') io.write('x'):write('y')").results.empty());
  EXPECT_THAT(shell.execute("io.tmpfile()").text(), HasSubstr("file"));
  EXPECT_THAT(shell.execute("io.stdout, 1").text(), HasSubstr("file"));
  EXPECT_EQ(shell.execute("setmetatable({}, {__name = 'FILE*'})").results.size(), 1U);
}

TEST_F(OutputTest, OtherFilesWorkAsEver) {
  const std::string name = testing::TempDir() + "hermit-lua-output.txt";
  const Outcome outcome =
      shell.execute("name = '" + name +
                    "'\nio.output(name) io.write('one\\n', 2) io.close() io.output(io.stdout)\n"
                    "local f = io.open(name, 'a') f:write('\\nthree') f:close()\n"
                    "for line in io.lines(name) do io.write('<', line, '>') end\n"
                    "io.input(name) local all = io.read('a') io.close(io.input()) io.input(io.stdin)\n"
                    "local g = io.open(name) local first = g:read() g:close()\n"
                    "return #all, first");
  EXPECT_EQ(outcome.out, "<one><2><three>");
  EXPECT_EQ(outcome.text(), "11\t\"one\"");
  std::remove(name.c_str());
}

TEST_F(OutputTest, WhatACoroutinePrintsBelongsToTheCellThatRuns) {
  shell.execute("co = coroutine.wrap(function() while true do print('tick') coroutine.yield() end end)");
  EXPECT_EQ(shell.execute("co()").out, "tick\n");
  EXPECT_EQ(shell.execute("co()").out, "tick\n");
}

TEST_F(OutputTest, WarningsGoToStderrWhenSwitchedOn) {
  EXPECT_EQ(shell.execute("warn('a')").err, "");
  EXPECT_EQ(shell.execute("warn('@on') warn('b', 'c')").err, "Lua warning: bc\n");
}

TEST_F(OutputTest, AHundredThousandLinesArriveInOrder) {
  const Outcome outcome = shell.execute("for i = 1, 100000 do print(i) end");
  std::string expected;
  for (int line = 1; line <= 100'000; ++line) expected += std::to_string(line) + "\n";
  EXPECT_EQ(outcome.out, expected);
}

TEST_F(OutputTest, RichValuesAreShownAsResultAndByDisplay) {
  const Outcome result = shell.execute("hermit.html('<b>hi</b>')");
  EXPECT_EQ(result.results.at(0).parts.at("text/html").data, "<b>hi</b>");
  EXPECT_EQ(result.results.at(0).parts.at("text/plain").data, "<text/html>");
  const Outcome shown = shell.execute(
      "hermit.display(hermit.markdown('*x*'), {display_id = 'd', metadata = {a = 1}})\n"
      "hermit.update('d', hermit.png('\\x89PNG', {width = 10}))\n"
      "hermit.display(5) hermit.clear(true) hermit.clear()\n"
      "hermit.display(hermit.json({a = hermit.null, b = {}, c = {1, 2}}))");
  ASSERT_EQ(shown.status, HERMIT_OK);
  ASSERT_EQ(shown.displays.size(), 3U);
  EXPECT_EQ(shown.displays[0].display_id, "d");
  EXPECT_EQ(shown.displays[0].metadata, "{\"a\":1}");
  EXPECT_EQ(shown.displays[0].parts.at("text/markdown").data, "*x*");
  EXPECT_EQ(shown.displays[1].parts.at("text/plain").data, "5");
  EXPECT_THAT(shown.displays[2].parts.at("application/json").data, HasSubstr("\"a\":null"));
  ASSERT_EQ(shown.updates.size(), 1U);
  EXPECT_EQ(shown.updates[0].display_id, "d");
  EXPECT_EQ(shown.updates[0].metadata, "{\"image/png\":{\"width\":10}}");
  EXPECT_THAT(shown.clears, ElementsAre(1U, 0U));
}

TEST_F(OutputTest, WrongUseOfTheModuleIsAnError) {
  for (const char* code : {"hermit.display()", "hermit.update('', 1)", "hermit.html()", "hermit.sleep(-1)",
                           "hermit.sleep('x')", "hermit.display(1, {metadata = 5})", "hermit.html({})",
                           "hermit.display(setmetatable({}, {__mime = function() error('bad') end}))"}) {
    EXPECT_EQ(shell.execute(code).status, HERMIT_USER_ERROR) << code;
  }
  EXPECT_EQ(shell.execute("require('hermit') == hermit").text(), "true");
}

TEST_F(InputTest, ReadingAsksForALineEachTime) {
  host.answer("first");
  host.answer("");
  const Outcome outcome = shell.execute("local a = io.read() local b = io.stdin:read('L') return a, b");
  EXPECT_EQ(outcome.text(), "\"first\"\t\"\\n\"");
  EXPECT_THAT(outcome.prompts, ElementsAre("", ""));
}

TEST_F(InputTest, FormatsReadFromTheLine) {
  host.answer("  12 0x1F -1.5e2 rest");
  EXPECT_EQ(shell.execute("io.read('n', 'n', '*n', 'l')").text(), "12\t31\t-150.0\t\" rest\"");
  host.answer("abc");
  EXPECT_EQ(shell.execute("io.read(2, 0, 'a')").text(), "\"ab\"\t\"\"\t\"c\\n\"");
  host.answer("word");
  EXPECT_EQ(shell.execute("io.read('n', 'l')").text(), "");
  host.answer("x");
  host.answer("y");
  EXPECT_EQ(shell.execute("io.read(4)").text(), "\"x\\ny\\n\"");
  host.answer("all");
  EXPECT_EQ(shell.execute("io.read('a')").text(), "\"all\\n\"");
  EXPECT_THAT(shell.execute("io.read('q')").error().value, HasSubstr("invalid format"));
}

TEST_F(InputTest, WhatIsLeftOfALineDoesNotReachTheNextCell) {
  host.answer("1 left over");
  EXPECT_EQ(shell.execute("io.read('n')").text(), "1");
  host.answer("new");
  EXPECT_EQ(shell.execute("io.read()").text(), "\"new\"");
}

TEST_F(InputTest, LinesIterateOverWhatIsTyped) {
  for (const char* line : {"a", "b", "stop"}) host.answer(line);
  EXPECT_EQ(
      shell
          .execute(
              "local t = {} for l in io.lines() do if l == 'stop' then break end t[#t + 1] = l end return t")
          .text(),
      "{\"a\", \"b\"}");
  host.answer("7 8");
  EXPECT_EQ(shell.execute("for a, b in io.stdin:lines('n', 'n') do return a, b end").text(), "7\t8");
}

TEST_F(InputTest, TheModuleAsksWithAPromptAndForPasswords) {
  host.answer("me");
  host.answer("secret");
  const Outcome outcome = shell.execute("hermit.input('name? '), hermit.password('password? '), hermit.null");
  EXPECT_THAT(outcome.text(), testing::StartsWith("\"me\"\t\"secret\""));
  EXPECT_THAT(outcome.prompts, ElementsAre("name? ", "password? "));
  EXPECT_THAT(outcome.passwords, ElementsAre(0U, 1U));
}

TEST_F(InputTest, ARefusalIsAClearError) {
  const Outcome silent = shell.execute("io.read()", HERMIT_CELL_STORE_HISTORY);
  EXPECT_THAT(silent.error().value, HasSubstr("does not take input requests"));
  EXPECT_TRUE(silent.prompts.empty());
  host.refuse_input();
  EXPECT_THAT(shell.execute("hermit.input()").error().value, HasSubstr("does not take input requests"));
}

}  // namespace
}  // namespace hermit::test
