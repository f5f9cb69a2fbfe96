// Whether code is whole, where its statements begin, and which lines are magics.
#include "cpp_shell.hpp"

namespace hermit::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class LexerTest : public CppShellTest {
 protected:
  static uint32_t judged(std::string_view code) { return shell->is_complete(code).completeness; }
};

TEST_F(LexerTest, BracketsDecideWhetherCodeIsWhole) {
  for (const char* code : {"", "  \n", "1 + 1", "f(1, [](int i) { return i; });", "int a[3] = {1, 2, 3}"})
    EXPECT_EQ(judged(code), HERMIT_CODE_COMPLETE) << code;
  for (const char* code : {"{", "f(", "a[", "void f() { if (x) {", "f({[("})
    EXPECT_EQ(judged(code), HERMIT_CODE_INCOMPLETE) << code;
  for (const char* code : {"}", "f(]", "{)", "a[}", "())"})
    EXPECT_EQ(judged(code), HERMIT_CODE_INVALID) << code;
}

TEST_F(LexerTest, BracketsInQuotesAndCommentsAreNone) {
  for (const char* code : {"'{'", "\"({[\"", "R\"x({ )\" )x\"", "u8\"{\"", "L'('", "// {\n1", "/* ( */ 1",
                           "'\\''", "\"\\\"{\"", "1'000'000", "R\"(\n{\n)\""})
    EXPECT_EQ(judged(code), HERMIT_CODE_COMPLETE) << code;
}

TEST_F(LexerTest, OpenCommentsAndRawStringsWantMore) {
  for (const char* code : {"/*", "1 /* two", "R\"(", "R\"ab( )a\"", "/*/", "u8R\"(x"})
    EXPECT_EQ(judged(code), HERMIT_CODE_INCOMPLETE) << code;
  for (const char* code : {"\"open", "'", "f(\"x)"}) EXPECT_EQ(judged(code), HERMIT_CODE_INVALID) << code;
}

TEST_F(LexerTest, ConditionsOfThePreprocessorAreBracketsToo) {
  EXPECT_EQ(judged("#if 1\nint a;"), HERMIT_CODE_INCOMPLETE);
  EXPECT_EQ(judged("#ifdef A\n{\n#else\n{\n#endif\n}"), HERMIT_CODE_COMPLETE);
  EXPECT_EQ(judged("#define OPEN {"), HERMIT_CODE_COMPLETE);
  EXPECT_EQ(judged("#define LONG 1 + \\"), HERMIT_CODE_INCOMPLETE);
  EXPECT_EQ(judged("%:if 1"), HERMIT_CODE_INCOMPLETE);
}

TEST_F(LexerTest, WhatCannotStandAtTheEndWantsMore) {
  for (const char* code : {"a +", "a =", "f() ->", "std::", "x ? y :", "else", "template <class T>", "if (a)",
                           "for (;;)", "while (b)", "struct", "do { } while (a); else"})
    EXPECT_EQ(judged(code), HERMIT_CODE_INCOMPLETE) << code;
  for (const char* code : {"a++", "do ; while (a)", "int* p", "f(a)", "x<y>()"})
    EXPECT_NE(judged(code), HERMIT_CODE_INVALID) << code;
}

TEST_F(LexerTest, AnyTextIsJudged) {
  std::string text;
  uint32_t state = 1;
  constexpr std::string_view bytes = "{}()[]\"'/*\\#R\n<>;:%!a1 \x80\xff";
  for (int round = 0; round < 300; ++round) {
    text.clear();
    for (int at = 0; at < 60; ++at) {
      state = state * 1664525 + 1013904223;
      text += bytes[(state >> 16) % bytes.size()];
    }
    EXPECT_NE(judged(text), static_cast<uint32_t>(HERMIT_CODE_UNKNOWN)) << text;
  }
  EXPECT_EQ(judged(std::string(100'000, '(')), HERMIT_CODE_INCOMPLETE);
  EXPECT_EQ(judged(std::string("1 \0 + 1", 7)), HERMIT_CODE_COMPLETE);
}

TEST_F(LexerTest, MagicsBeginWhereAStatementCould) {
  EXPECT_EQ(value("%opt 0\n2 + 2"), "4");
  EXPECT_EQ(value("int magic_a = 7;\n%opt 0\nmagic_a"), "7");
  EXPECT_EQ(value("int magic_b = 17\n% 10;\nmagic_b"), "7");
  EXPECT_EQ(value("bool magic_c =\n!true;\nmagic_c"), "false");
  EXPECT_EQ(value("std::string magic_d = R\"(\n%opt 9\n)\";\nmagic_d"), "\"\\n%opt 9\\n\"");
  EXPECT_EQ(value("/*\n%opt 9\n*/ 3"), "3");
  EXPECT_THAT(error("%opt 9"), HasSubstr("from 0 to 3"));
}

TEST_F(LexerTest, MagicsThatAreNoneNameTheNearest) {
  EXPECT_EQ(error("%tiem 1"), "MagicError: there is no magic %tiem; did you mean %time? %help lists them");
  EXPECT_THAT(error("%includepath x"), HasSubstr("%include_path"));
  EXPECT_THAT(error("%"), HasSubstr("%help"));
}

TEST_F(LexerTest, CompletionKnowsTheStatementThatTheCursorIsIn) {
  shell->execute("struct Statement { int found_it; }; Statement statement;");
  for (const char* code :
       {"statement.found", "int a1 = 1; statement.found", "{ int b; } statement.found",
        "if (true) { statement.found", "auto f1 = [] { return statement.found",
        "#define M 1\nstatement.found", "// text\nstatement.found", "void f2() { for (;;) { statement.found"})
    EXPECT_THAT(shell->complete(code).texts, Contains("found_it")) << code;
  for (const char* code : {"// statement.found", "\"statement.found", "/* statement.found"})
    EXPECT_THAT(shell->complete(code).texts, IsEmpty()) << code;
}

TEST_F(LexerTest, ACursorInsideAWordReplacesAllOfIt) {
  shell->execute("int replaced_word = 1;");
  const Completion completion = shell->complete("replaced_wo + 1", 5);
  EXPECT_EQ(completion.start, 0U);
  EXPECT_EQ(completion.end, 11U);
  EXPECT_THAT(completion.texts, Contains("replaced_word"));
  EXPECT_THAT(completion.texts, Not(Contains("hermit_cpp_here")));
}

}  // namespace
}  // namespace hermit::test
