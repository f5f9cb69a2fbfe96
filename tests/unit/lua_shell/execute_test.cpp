// Running cells: results, state between cells, and what is shown of values.
#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using ExecuteTest = LuaShellTest;

TEST_F(ExecuteTest, AnExpressionIsTheResult) {
  const Outcome outcome = shell.execute("1 + 2");
  EXPECT_EQ(outcome.status, HERMIT_OK);
  EXPECT_EQ(outcome.text(), "3");
}

TEST_F(ExecuteTest, GlobalsPersist) {
  shell.execute("x = 20");
  EXPECT_EQ(shell.execute("x * 2 + 2").text(), "42");
}

TEST_F(ExecuteTest, StatementsHaveNoResult) {
  const Outcome outcome = shell.execute("y = 5\nlocal z = y");
  EXPECT_EQ(outcome.status, HERMIT_OK);
  EXPECT_THAT(outcome.results, IsEmpty());
}

TEST_F(ExecuteTest, TheLastExpressionOfSeveralStatementsIsTheResult) {
  EXPECT_EQ(shell.execute("x = 2\nx + 1").text(), "3");
  EXPECT_EQ(shell.execute("local a = 1 local b = 2 a + b").text(), "3");
  EXPECT_EQ(shell.execute("x = 7; -x").text(), "-7");
  EXPECT_EQ(shell.execute("for i = 1, 3 do x = i end\n-x").text(), "-3");
  EXPECT_EQ(shell.execute("function f() return 'f' end\nf()").text(), "\"f\"");
  EXPECT_EQ(shell.execute("do local a = 1 end -- remark\nx -- the end").text(), "3");
  EXPECT_EQ(shell.execute("goto done ::done:: x").text(), "3");
  EXPECT_EQ(shell.execute("x = 1 return x + 1").text(), "2");
  EXPECT_EQ(shell.execute("x = 1; x;").text(), "1");
  EXPECT_EQ(shell.execute("f = function() end 5").text(), "5");
  EXPECT_EQ(shell.execute("if x then y = 1 end not x").text(), "false");
}

TEST_F(ExecuteTest, ALineThatBeginsWithABracketGoesOnWithTheOneBefore) {
  // As in Lua itself: this is one assignment, g(1)(2), and no expression.
  shell.execute("function g(a) return function(b) return a + b end end");
  const Outcome outcome = shell.execute("local h = g(1)\n(2)");
  EXPECT_EQ(outcome.status, HERMIT_OK);
  EXPECT_THAT(outcome.results, IsEmpty());
  EXPECT_EQ(shell.execute("x = 5\n-2").status, HERMIT_OK);
  EXPECT_EQ(shell.execute("x").text(), "3");
  EXPECT_EQ(shell.execute("g(1)\n(2)").text(), "3");
  // Where Lua cannot take it so, it is an expression of its own.
  EXPECT_EQ(shell.execute("x = {}\n{#x}").text(), "{0}");
  EXPECT_EQ(shell.execute("x = 'a'\n'b' .. x").text(), "\"ba\"");
  EXPECT_EQ(shell.execute("x = 'a' 'b'").status, HERMIT_USER_ERROR);
}

TEST_F(ExecuteTest, ALineThatBeginsWithAStringIsTheResultWhereItCannotBeAnArgument) {
  EXPECT_EQ(shell.execute("answer = 6 * 7\n\"The answer is \" .. answer").text(), "\"The answer is 42\"");
  EXPECT_EQ(shell.execute("print('x')\n'The answer is ' .. answer").text(), "\"The answer is 42\"");
  EXPECT_EQ(shell.execute("f = type\nlocal s = 5\r\n[[is ]] .. s -- so").text(), "\"is 5\"");
  EXPECT_EQ(shell.execute("print('x')\n{answer}[1]").status, HERMIT_USER_ERROR);
  // Valid Lua stays what it is: a call, and one expression over two lines.
  EXPECT_EQ(shell.execute("f\n'x'").text(), "\"string\"");
  EXPECT_EQ(shell.execute("tonumber(3)\n- tonumber(1)").text(), "2");
}

TEST_F(ExecuteTest, CodeNeverRunsTwice) {
  shell.execute("n = 0 function bump() n = n + 1 return n end");
  EXPECT_EQ(shell.execute("bump()").text(), "1");
  EXPECT_EQ(shell.execute("local a = 1\nbump()").text(), "2");
  EXPECT_EQ(shell.execute("bump() bump() local b = 1").status, HERMIT_OK);
  EXPECT_EQ(shell.execute("n").text(), "4");
}

TEST_F(ExecuteTest, NilShowsNothingAndSeveralValuesAreShownSideBySide) {
  EXPECT_THAT(shell.execute("nil").results, IsEmpty());
  EXPECT_THAT(shell.execute("print()").results, IsEmpty());
  EXPECT_THAT(shell.execute("").results, IsEmpty());
  EXPECT_EQ(shell.execute("1, 'a', nil").text(), "1\t\"a\"\tnil");
  EXPECT_EQ(shell.execute("nil, 'why'").text(), "nil\t\"why\"");
}

TEST_F(ExecuteTest, TheUnderscoreIsTheLastValue) {
  shell.execute("6 * 7");
  EXPECT_EQ(shell.execute("_ + 1").text(), "43");
  shell.execute("nil");
  EXPECT_EQ(shell.execute("_").text(), "43");
  shell.execute("_ = 'mine'");
  shell.execute("1 + 1");
  EXPECT_EQ(shell.execute("_").text(), "\"mine\"");
}

TEST_F(ExecuteTest, TheUnderscoreIsSetPastMetatablesOfTheGlobals) {
  shell.execute("setmetatable(_G, {__newindex = function() error('strict') end, __index = error})");
  EXPECT_EQ(shell.execute("2 + 3").text(), "5");
  EXPECT_EQ(shell.execute("_").text(), "5");
}

TEST_F(ExecuteTest, ASilentCellShowsNoResult) {
  const Outcome outcome = shell.execute("quiet = 1 + 1; print('loud') return quiet", HERMIT_CELL_SILENT);
  EXPECT_EQ(outcome.status, HERMIT_OK);
  EXPECT_THAT(outcome.results, IsEmpty());
  EXPECT_EQ(outcome.out, "loud\n");
  EXPECT_EQ(shell.execute("quiet").text(), "2");
}

TEST_F(ExecuteTest, NulAndAstralCharactersInCodeAreKept) {
  using namespace std::string_literals;
  EXPECT_EQ(shell.execute("#'a\0b'"s).text(), "3");
  EXPECT_EQ(shell.execute("'\U0001F980'").text(), "\"\U0001F980\"");
}

TEST_F(ExecuteTest, BinaryChunksAreRefused) { EXPECT_EQ(shell.execute("\x1bLua").status, HERMIT_USER_ERROR); }

TEST_F(ExecuteTest, AVeryLongCellRuns) {
  std::string code = "local s = '";
  code.append(10'000'000, 'x');
  code += "'\n#s";
  EXPECT_EQ(shell.execute(code).text(), "10000000");
}

TEST_F(ExecuteTest, MoreResultsThanTheStackHoldsAreAnError) {
  EXPECT_EQ(shell.execute("table.unpack({}, 1, 100000)").status, HERMIT_OK);
  EXPECT_EQ(shell.execute("table.unpack({}, 1, 1e7)").status, HERMIT_USER_ERROR);
  EXPECT_EQ(shell.execute("#table.pack(table.unpack({}, 1, 900000))").status, HERMIT_OK);
  shell.execute("return table.unpack(setmetatable({}, {__index = function(t, i) return i end}), 1, 999900)");
  EXPECT_EQ(shell.execute("1").text(), "1");
}

TEST_F(ExecuteTest, UserExpressionsAreEvaluated) {
  shell.execute("x = {1, 2}");
  EXPECT_EQ(shell.evaluate("#x").value.parts["text/plain"].data, "2");
  EXPECT_EQ(shell.evaluate("missing").value.parts["text/plain"].data, "nil");
  EXPECT_EQ(shell.evaluate("hermit.html('<b>')").value.parts["text/html"].data, "<b>");
  const Evaluation wrong = shell.evaluate("x.y.z");
  EXPECT_EQ(wrong.status, HERMIT_USER_ERROR);
  EXPECT_THAT(wrong.error.value, HasSubstr("attempt to index"));
  const Evaluation statement = shell.evaluate("x = 1");
  EXPECT_EQ(statement.status, HERMIT_USER_ERROR);
  EXPECT_EQ(statement.error.name, "SyntaxError");
}

TEST_F(ExecuteTest, TheManifestIsThereBeforeAnythingRuns) {
  EXPECT_THAT(lua_entry().manifest, HasSubstr("\"name\": \"lua\""));
  EXPECT_EQ(lua_entry().abi_major, static_cast<uint32_t>(HERMIT_ABI_MAJOR));
}

TEST(CreateTest, AHostWithoutOutputIsRefusedInOneSentence) {
  FakeHost host;
  host.hide(HERMIT_EXT_OUTPUT);
  try {
    LuaShell shell(host);
    FAIL() << "create succeeded";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("(-1)"));
    EXPECT_THAT(error.what(), HasSubstr("hermit.output/1"));
  }
}

TEST(CreateTest, AHostWithOnlyOutputIsEnough) {
  FakeHost host;
  for (const char* id : {HERMIT_EXT_INPUT, HERMIT_EXT_SETTINGS, HERMIT_EXT_LOG}) host.hide(id);
  LuaShell shell(host);
  EXPECT_EQ(shell.execute("1").text(), "1");
  EXPECT_EQ(shell.execute("io.read()").status, HERMIT_USER_ERROR);
}

TEST(CreateTest, TwoShellsAreIndependent) {
  FakeHost host;
  LuaShell one(host);
  one.execute("x = 1");
  FakeHost other_host;
  LuaShell other(other_host);
  EXPECT_EQ(other.execute("x == nil").text(), "true");
}

TEST(CreateTest, FinalizersRunAtTheEndWithoutReachingTheHost) {
  FakeHost host;
  {
    LuaShell shell(host);
    shell.execute("keep = setmetatable({}, {__gc = function() print('late') end})");
  }
  EXPECT_EQ(host.record(0).out, "");
  EXPECT_EQ(host.record(1001).out, "");
}

}  // namespace
}  // namespace hermit::test
