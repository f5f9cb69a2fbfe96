// Completion, inspection and completeness.
#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using CompleteTest = LuaShellTest;
using InspectTest = LuaShellTest;
using IsCompleteTest = LuaShellTest;

TEST_F(CompleteTest, GlobalsAndKeywords) {
  shell.execute("counter = 1 function count_up(by, ...) end");
  const Completion completion = shell.complete("x = coun");
  EXPECT_THAT(completion.texts, ElementsAre("count_up", "counter"));
  EXPECT_EQ(completion.start, 4U);
  EXPECT_EQ(completion.end, 8U);
  EXPECT_EQ(completion.find("count_up"), (Match{"count_up", "function", "(by, ...)"}));
  EXPECT_EQ(completion.find("counter"), (Match{"counter", "number", ""}));
  EXPECT_EQ(shell.complete("whi").find("while"), (Match{"while", "keyword", ""}));
  EXPECT_EQ(shell.complete("stri").find("string").value_or(Match{}).type, "module");
  EXPECT_EQ(shell.complete("prin").find("print").value_or(Match{}).signature, "(...)");
  EXPECT_THAT(shell.complete("").texts, AllOf(Contains("print"), Contains("while")));
}

TEST_F(CompleteTest, FieldsThroughChains) {
  shell.execute(
      "a = {b = {c = {deep = 1, ['no name'] = 2, ['end'] = 3}}, ['x y'] = {inner = 1}, [3] = {third = 1}}");
  EXPECT_THAT(shell.complete("a.b.c.").texts, ElementsAre("deep"));
  EXPECT_THAT(shell.complete("print(a.b['c'].d").texts, ElementsAre("deep"));
  EXPECT_THAT(shell.complete("a[ \"x y\" ].").texts, ElementsAre("inner"));
  EXPECT_THAT(shell.complete("a[3].").texts, ElementsAre("third"));
  EXPECT_THAT(shell.complete("(a.b).").texts, ElementsAre("c"));
  EXPECT_THAT(shell.complete("a.b.c['").texts, AllOf(Contains("deep"), Contains("no name")));
  EXPECT_THAT(shell.complete("a.b.missing.").texts, IsEmpty());
  EXPECT_THAT(shell.complete("f().").texts, IsEmpty());
  EXPECT_THAT(shell.complete("a .. b").texts, Not(Contains("c")));
}

TEST_F(CompleteTest, MethodsOfValuesAndStrings) {
  shell.execute(
      "Class = {} Class.__index = Class function Class:method(a) end function Class.new() end Class.field = "
      "1\n"
      "Derived = setmetatable({}, Class) Derived.__index = Derived\n"
      "object = setmetatable({own = 1}, Derived) s = 'text'");
  EXPECT_THAT(shell.complete("object.").texts, AllOf(Contains("own"), Contains("method"), Contains("field")));
  const Completion methods = shell.complete("object:");
  EXPECT_THAT(methods.texts, ElementsAre("method", "new"));
  EXPECT_EQ(methods.find("method").value_or(Match{}).signature, "(a)");
  EXPECT_THAT(shell.complete("s:up").texts, ElementsAre("upper"));
  EXPECT_THAT(shell.complete("('x'):rep").texts, ElementsAre("rep"));
  EXPECT_THAT(shell.complete("io.stdout:wr").texts, ElementsAre("write"));
}

TEST_F(CompleteTest, NoCodeOfTheUsersRuns) {
  shell.execute(
      "ran = false t = setmetatable({}, {__index = function() ran = true end, __pairs = function() ran = "
      "true end})\n"
      "loop = {} setmetatable(loop, {__index = loop})\n"
      "for i = 1, 100 do setmetatable({}, {__gc = function() ran = true end}) end");
  EXPECT_THAT(shell.complete("t.x.").texts, IsEmpty());
  EXPECT_THAT(shell.complete("t.").texts, IsEmpty());
  EXPECT_THAT(shell.complete("loop.x.").texts, IsEmpty());
  EXPECT_THAT(shell.complete("loop.").texts, IsEmpty());
}

TEST_F(CompleteTest, LocalsAndParametersThatCanBeSeen) {
  const std::string code =
      "local alpha, album <const> = 1, 2\n"
      "local function alter(allowed, ...) for almond, also in pairs({}) do end end\n"
      "do local alien = 1 end\n"
      "function outer(alarm) local alibi\n  al";
  const Completion completion = shell.complete(code);
  EXPECT_THAT(completion.texts, ElementsAre("alibi", "alarm", "alter", "album", "alpha"));
  EXPECT_EQ(completion.find("alibi").value_or(Match{}).type, "local");
}

TEST_F(CompleteTest, AnyCursorIsAnswered) {
  const std::string code =
      "local s = 'print' -- print\npri.x[1]:foo('\U0001F980', {a = 3}) print(12abc) \xF0\x9F\xA6\x80 goto";
  for (size_t cursor = 0; cursor <= code.size(); ++cursor) {
    const Completion completion = shell.complete(code, cursor);
    EXPECT_LE(completion.start, cursor);
    EXPECT_GE(completion.end, cursor);
    shell.inspect(code, cursor, 1);
  }
  EXPECT_THAT(shell.complete("'pri").texts, IsEmpty());
  EXPECT_THAT(shell.complete("-- pri").texts, IsEmpty());
  EXPECT_THAT(shell.complete("12").texts, IsEmpty());
}

TEST_F(CompleteTest, AWordIsReplacedAsAWhole) {
  const Completion completion = shell.complete("x = prixx + 1", 7);
  EXPECT_THAT(completion.texts, ElementsAre("print"));
  EXPECT_EQ(completion.start, 4U);
  EXPECT_EQ(completion.end, 9U);
}

TEST_F(InspectTest, FunctionsOfCellsWithCommentAndSource) {
  shell.execute(
      "x = 1\n\n-- Adds two numbers.\n--- And returns the sum.\nfunction add(a, b, ...)\n  return a + "
      "b\nend");
  EXPECT_EQ(shell.inspect("add"),
            "function add(a, b, ...)\n\nAdds two numbers.\nAnd returns the sum.\n\nDefined in cell [1], "
            "lines 5 to 7");
  EXPECT_THAT(shell.inspect("y = add(1, 2)", 5, 1),
              HasSubstr("function add(a, b, ...)\n  return a + b\nend"));
  EXPECT_THAT(shell.inspect("y = add(1, "), StartsWith("function add"));
  shell.execute("t = {}\n--[[ A long\n     comment. ]]\nfunction t:go(n) end");
  EXPECT_THAT(shell.inspect("t:go"), AllOf(StartsWith("function go(n)"), HasSubstr("A long\n     comment.")));
  shell.execute("f = load('return function(a) return a end')()");
  EXPECT_THAT(shell.inspect("f", {}, 1), AllOf(StartsWith("function f(a)"), HasSubstr("return a end")));
}

TEST_F(InspectTest, FunctionsOfTheLibrary) {
  EXPECT_THAT(shell.inspect("string.rep"), StartsWith("string.rep(s, n [, separator])\n\nRepeats"));
  EXPECT_THAT(shell.inspect("print("), StartsWith("print(...)"));
  EXPECT_THAT(shell.inspect("('x'):upper"), StartsWith("string.upper"));
  EXPECT_THAT(shell.inspect("io.stdout:write"), StartsWith("file:write"));
}

TEST_F(InspectTest, ValuesByTypeAndLooks) {
  shell.execute("n = 5 s = 'abc' t = setmetatable({1, 2}, {__tostring = error, __name = 'Pair'})");
  EXPECT_EQ(shell.inspect("n"), "n: number\n\n5");
  EXPECT_EQ(shell.inspect("s", 0), "s: string, 3 bytes\n\n\"abc\"");
  EXPECT_EQ(shell.inspect("t"), "t: table (Pair), 2 items\n\nPair {1, 2}");
  EXPECT_EQ(shell.inspect("missing"), "");
  EXPECT_EQ(shell.inspect("  "), "");
  EXPECT_EQ(shell.inspect("x.y.z"), "");
}

TEST_F(IsCompleteTest, TellsWholeUnfinishedAndWrongCodeApart) {
  const auto state = [&](const char* code) { return shell.is_complete(code).completeness; };
  for (const char* code :
       {"", "1", "x = 1", "print('x')", "x", "for i = 1, 2 do end", "a = 1\na + 1", "1, 2", "-- c"}) {
    EXPECT_EQ(state(code), static_cast<uint32_t>(HERMIT_CODE_COMPLETE)) << code;
  }
  for (const char* code : {"x =", "1 +", "f(", "for i = 1, 2 do", "if x then\n  y()", "function f(a,", "{1,",
                           "x = 1\nx +", "s = [[abc", "--[[ open", "repeat", "a.", "return function()"}) {
    EXPECT_EQ(state(code), static_cast<uint32_t>(HERMIT_CODE_INCOMPLETE)) << code;
  }
  for (const char* code : {"x = = 1", "foo bar", "end", "'abc", "for for", "1 2", "x = )"}) {
    EXPECT_EQ(state(code), static_cast<uint32_t>(HERMIT_CODE_INVALID)) << code;
  }
}

TEST_F(IsCompleteTest, IndentsTwoDeeperThanTheOpenBlock) {
  EXPECT_EQ(shell.is_complete("for i = 1, 2 do").indent, "  ");
  EXPECT_EQ(shell.is_complete("for i = 1, 2 do\n  if x then").indent, "    ");
  EXPECT_EQ(shell.is_complete("for i = 1, 2 do\n  if x then\n    y()\n  end").indent, "  ");
  EXPECT_EQ(shell.is_complete("f(function()").indent, "  ");
  EXPECT_EQ(shell.is_complete("while a do").indent, "  ");
  EXPECT_EQ(shell.is_complete("s = [[abc").indent, "");
}

}  // namespace
}  // namespace hermit::test
