// How values look.
#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::HasSubstr;

using ValueTest = LuaShellTest;

TEST_F(ValueTest, ScalarsLookAsInSourceText) {
  EXPECT_EQ(shell.execute("return true").text(), "true");
  EXPECT_EQ(shell.execute("math.mininteger").text(), "-9223372036854775808");
  EXPECT_EQ(shell.execute("1e3").text(), "1000.0");
  EXPECT_EQ(shell.execute("0.1").text(), "0.1");
  EXPECT_EQ(shell.execute("1/0").text(), "inf");
  EXPECT_EQ(shell.execute("2^53").text(), "9.007199254741e+15");
}

TEST_F(ValueTest, StringsAreQuotedAndStayValidUtf8) {
  EXPECT_EQ(shell.execute(R"('a"b\n\t\\')").text(), R"("a\"b\n\t\\")");
  EXPECT_EQ(shell.execute("'Grüße 🦀'").text(), "\"Grüße 🦀\"");
  EXPECT_EQ(shell.execute(R"('\xff\0\x1b')").text(), R"("\xff\x00\x1b")");
  EXPECT_EQ(shell.execute(R"('\xed\xa0\x80')").text(), R"("\xed\xa0\x80")");
}

TEST_F(ValueTest, ShortTablesStandOnOneLineWithSortedKeys) {
  EXPECT_EQ(shell.execute("{1, 2, x = {y = 'z'}, ['a b'] = 1, [10] = 2, [true] = 3, ['end'] = 4}").text(),
            "{1, 2, [10] = 2, [\"a b\"] = 1, [\"end\"] = 4, x = {y = \"z\"}, [true] = 3}");
  EXPECT_EQ(shell.execute("{}").text(), "{}");
  EXPECT_EQ(shell.execute("{nil, 2}").text(), "{[2] = 2}");
  EXPECT_EQ(shell.execute("{[1.5] = 1, [-1] = 2, [3] = 3}").text(), "{[-1] = 2, [1.5] = 1, [3] = 3}");
}

TEST_F(ValueTest, LongTablesTakeSeveralLines) {
  EXPECT_EQ(shell.execute("{name = ('n'):rep(30), place = ('p'):rep(30), list = {1, 2, 3}, deep = {a = {}}}")
                .text(),
            "{\n"
            "  deep = {a = {}},\n"
            "  list = {1, 2, 3},\n"
            "  name = \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\",\n"
            "  place = \"pppppppppppppppppppppppppppppp\"\n"
            "}");
  const std::string numbers = shell.execute("t = {} for i = 1, 60 do t[i] = i end t").text();
  EXPECT_THAT(numbers, testing::StartsWith("{\n  1, 2, 3,"));
  EXPECT_LT(std::count(numbers.begin(), numbers.end(), '\n'), 6);
}

TEST_F(ValueTest, CyclesDepthAndLengthAreLimited) {
  EXPECT_EQ(shell.execute("t = {} t.t = t t").text(), "{t = <cycle>}");
  EXPECT_EQ(shell.execute("s = {}\n{s, s}").text(), "{{}, {}}");
  EXPECT_EQ(shell.execute("{{{{{{{{1}}}}}}}}").text(), "{{{{{{{…}}}}}}}");
  const std::string many = shell.execute("t = {} for i = 1, 1000 do t[i] = i end t").text();
  EXPECT_THAT(many, HasSubstr("… (900 more)"));
  const std::string keyed = shell.execute("t = {} for i = 1, 30000 do t['k' .. i] = i end t").text();
  EXPECT_THAT(keyed, HasSubstr("… (29900 more)"));
  EXPECT_THAT(shell.execute("{('x'):rep(5000)}").text(), HasSubstr("… (3000 more bytes)"));
  EXPECT_EQ(shell.execute("('x'):rep(5000)").text().size(), 5002U);
}

TEST_F(ValueTest, ATableThatSharesItselfExponentiallyStaysSmall) {
  const std::string text =
      shell.execute("t = {1} for i = 1, 60 do t = {t, t, t, t, t, t, t, t, t, t} end t").text();
  EXPECT_LT(text.size(), 1'000'000U);
}

TEST_F(ValueTest, SettingsLimitTables) {
  FakeHost other;
  other.set_setting("LuaShell.table_depth", "1");
  other.set_setting("LuaShell.table_items", "2");
  LuaShell limited(other);
  EXPECT_EQ(limited.execute("{{1}, 2, 3}").text(), "{{…}, 2, … (1 more)}");
}

TEST_F(ValueTest, MetatablesSayHowAValueLooks) {
  EXPECT_EQ(shell.execute("setmetatable({}, {__tostring = function() return 'me' end})").text(), "me");
  EXPECT_EQ(shell.execute("{setmetatable({}, {__tostring = function() return 'me' end})}").text(), "{me}");
  EXPECT_EQ(shell.execute("setmetatable({x = 1}, {__name = 'Point'})").text(), "Point {x = 1}");
  EXPECT_THAT(shell.execute("io.stdout").text(), HasSubstr("file (0x"));
}

TEST_F(ValueTest, OddMetamethodsNeitherRaiseNorRun) {
  EXPECT_EQ(shell.execute("setmetatable({}, {__tostring = function() error('no') end})").text(),
            "<__tostring failed: cell [1]:1: no>");
  EXPECT_THAT(shell.execute("setmetatable({}, {__tostring = function() return {} end})").text(),
              HasSubstr("'__tostring' must return a string"));
  EXPECT_THAT(shell.execute("setmetatable({}, {__tostring = function() error({}) end})").text(),
              HasSubstr("<__tostring failed"));
  EXPECT_EQ(shell.execute("setmetatable({1}, {__pairs = error, __index = error, __len = error})").text(),
            "{1}");
  EXPECT_EQ(shell.execute("setmetatable({}, {__name = 5})").text(), "{}");
  EXPECT_EQ(shell.execute("{setmetatable({}, {__tostring = function(t) t.x = 1 return 'x' end})}").text(),
            "{x}");
  EXPECT_EQ(shell
                .execute("t = {} for i = 1, 9 do t[i] = setmetatable({}, {__tostring = function() "
                         "for k in next, t do t[k] = nil end collectgarbage() return 'x' end}) end t")
                .status,
            HERMIT_OK);
}

TEST_F(ValueTest, FunctionsTellWhereTheyAreFrom) {
  EXPECT_EQ(shell.execute("function f() end f").text(), "function: cell [1]:1");
  EXPECT_EQ(shell.execute("string.rep").text(), "function: string.rep");
  EXPECT_THAT(shell.execute("coroutine.create(print)").text(), testing::StartsWith("thread: 0x"));
}

TEST_F(ValueTest, AValueBringsItsOwnRepresentations) {
  const Outcome outcome = shell.execute(
      "setmetatable({}, {__mime = function(self)\n"
      "  return {['text/html'] = '<b>', ['image/png'] = '\\x89PNG\\0', ['application/json'] = {1, {a = "
      "1.5}},\n"
      "    ['application/vnd.x+json'] = '[true]', ['image/svg+xml'] = '<svg/>'},\n"
      "    {['image/png'] = {width = 3}}\n"
      "end, __tostring = function() return 'plain' end})");
  ASSERT_EQ(outcome.results.size(), 1U);
  auto parts = outcome.results[0].parts;
  EXPECT_EQ(parts["text/plain"].data, "plain");
  EXPECT_EQ(parts["text/html"].data, "<b>");
  EXPECT_EQ(parts["text/html"].form, static_cast<uint32_t>(HERMIT_MIME_TEXT));
  EXPECT_EQ(parts["image/png"].data, std::string("\x89PNG\0", 5));
  EXPECT_EQ(parts["image/png"].form, static_cast<uint32_t>(HERMIT_MIME_BINARY));
  EXPECT_EQ(parts["application/json"].data, "[1,{\"a\":1.5}]");
  EXPECT_EQ(parts["application/json"].form, static_cast<uint32_t>(HERMIT_MIME_JSON));
  EXPECT_EQ(parts["application/vnd.x+json"].data, "[true]");
  EXPECT_EQ(parts["image/svg+xml"].form, static_cast<uint32_t>(HERMIT_MIME_TEXT));
  EXPECT_EQ(outcome.results[0].metadata, "{\"image/png\":{\"width\":3}}");
}

TEST_F(ValueTest, AFailingRepresentationFallsBackToText) {
  const char* const wrong[] = {"error('broken')",
                               "return 5",
                               "return {[1] = 'x'}",
                               "return {['text/html'] = {}}",
                               "local t = {} t.t = t return {['application/json'] = t}",
                               "return {['application/json'] = 0/0}"};
  for (const char* body : wrong) {
    const Outcome outcome =
        shell.execute(std::string("setmetatable({1}, {__mime = function() ") + body + " end})");
    EXPECT_EQ(outcome.status, HERMIT_OK);
    EXPECT_EQ(outcome.text(), "{1}") << body;
    EXPECT_EQ(outcome.results[0].parts.size(), 1U) << body;
    EXPECT_THAT(outcome.err, HasSubstr("representation failed")) << body;
  }
}

}  // namespace
}  // namespace hermit::test
