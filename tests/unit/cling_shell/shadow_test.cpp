// Names that are declared again, and who still sees the old ones.
#include "cpp_shell.hpp"

namespace hermit::test {
namespace {

using testing::HasSubstr;

using ShadowTest = CppShellTest;

TEST_F(ShadowTest, AVariableTakesAnotherType) {
  shell->execute("int changing = 1;");
  EXPECT_EQ(value("std::string changing = \"text\"; changing"), "\"text\"");
  EXPECT_EQ(value("double changing = 2.5; changing"), "2.5");
}

TEST_F(ShadowTest, WhatWasCompiledBeforeKeepsTheOldOne) {
  shell->execute("int source() { return 1; }\nint user() { return source(); }");
  shell->execute("int source() { return 2; }");
  EXPECT_EQ(value("source() * 10 + user()"), "21");
  shell->execute("int user() { return source(); }");
  EXPECT_EQ(value("user()"), "2");
}

TEST_F(ShadowTest, AnObjectKeepsItsOldClass) {
  shell->execute("struct Kind { int value = 1; int get() const { return value; } };\nKind old;");
  shell->execute("struct Kind { double value = 2.5; double get() const { return value; } };");
  EXPECT_EQ(value("old.get()"), "1");
  EXPECT_EQ(value("Kind().get()"), "2.5");
}

TEST_F(ShadowTest, ANameTakesAnotherMeaning) {
  for (const char* code :
       {"int thing = 1;", "int thing() { return 2; }", "struct thing { int x = 3; };",
        "enum thing { one_thing };", "using thing = long;", "template <typename T> T thing = 4;",
        "namespace thing { int inner = 5; }", "#define thing 6\n"})
    EXPECT_EQ(shell->execute(code).status, HERMIT_OK) << code;
  EXPECT_EQ(value("thing"), "6");
}

TEST_F(ShadowTest, AFailedRedefinitionChangesNothing) {
  shell->execute("int steady() { return 1; }\nstruct Steady { int x = 1; };");
  EXPECT_THAT(error("int steady() { return nonsense; }"), HasSubstr("nonsense"));
  EXPECT_THAT(error("struct Steady { nonsense x; };"), HasSubstr("nonsense"));
  EXPECT_THAT(error("int nowhere_at_all(); int steady() { return nowhere_at_all(); }"),
              HasSubstr("nowhere_at_all()"));
  EXPECT_EQ(value("steady() + Steady().x"), "2");
}

TEST_F(ShadowTest, OtherParametersAreOverloads) {
  shell->execute("int over(int) { return 1; }");
  shell->execute("int over(double) { return 2; }");
  EXPECT_EQ(value("over(1) * 10 + over(1.0)"), "12");
  shell->execute("int over(double) { return 3; }");
  EXPECT_EQ(value("over(1) * 10 + over(1.0)"), "13");
}

TEST_F(ShadowTest, TemplatesAndTheirSpecialisations) {
  shell->execute(
      "template <typename T> int size_of_it() { return 1; }\ntemplate <> int size_of_it<char>() { return 2; "
      "}");
  EXPECT_EQ(value("size_of_it<int>() * 10 + size_of_it<char>()"), "12");
  shell->execute("template <typename T> int size_of_it() { return 5; }");
  EXPECT_EQ(value("size_of_it<int>() * 10 + size_of_it<char>()"), "55");
}

TEST_F(ShadowTest, ACellIsRunTwentyTimes) {
  for (int round = 0; round < 20; ++round) {
    const std::string number = std::to_string(round);
    EXPECT_EQ(
        value("#include <vector>\nenum Level { low, high };\nstruct Again { Level level = high; int n = " +
              number +
              "; };\ntemplate <typename T> T same(T t) { return t; }\nstd::vector<Again> all(3);\n"
              "static int count_of() { return static_cast<int>(all.size()) + same(all[0].n); }\ncount_of()"),
        std::to_string(round + 3));
  }
}

TEST_F(ShadowTest, WhatAThrowingCellHasNotInitialisedIsGone) {
  EXPECT_THAT(error("int stops() { throw std::runtime_error(\"stop\"); }\nstd::string early = \"kept\"; int "
                    "late = stops();"),
              HasSubstr("stop"));
  EXPECT_EQ(value("early"), "\"kept\"");
  EXPECT_THAT(error("late"), HasSubstr("late"));
}

}  // namespace
}  // namespace hermit::test
