// How values are shown, and how errors are.
#include "cpp_shell.hpp"

namespace hermit::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using ValueTest = CppShellTest;
using DiagnosticsTest = CppShellTest;
using SuggestionTest = CppShellTest;

TEST_F(ValueTest, ScalarsLookAsTheyAreWritten) {
  const std::pair<const char*, const char*> pairs[] = {{"1 + 1", "2"},
                                                       {"2.0", "2.0"},
                                                       {"0.1f", "0.1"},
                                                       {"1e300 * 1e10", "inf"},
                                                       {"true", "true"},
                                                       {"'q'", "'q'"},
                                                       {"'\\n'", "'\\n'"},
                                                       {"u'é'", "'é'"},
                                                       {"U'🦀'", "'🦀'"},
                                                       {"(unsigned char)200", "'\\xc8'"},
                                                       {"18446744073709551615ull", "18446744073709551615"},
                                                       {"nullptr", "nullptr"},
                                                       {"-5", "-5"},
                                                       {"std::byte{7}", "(std::byte) 7"}};
  for (const auto& [code, expected] : pairs) EXPECT_EQ(value(code), expected) << code;
}

TEST_F(ValueTest, ContainersShowTheirFirstItems) {
  EXPECT_EQ(value("std::map<std::string, std::vector<int>>{{\"a\", {1, 2}}, {\"b\", {}}}"),
            "{\"a\": {1, 2}, \"b\": {}}");
  EXPECT_EQ(value("std::vector<bool>{true, false}"), "{true, false}");
  EXPECT_EQ(value("int grid[2][2] = {{1, 2}, {3, 4}};\ngrid"), "{{1, 2}, {3, 4}}");
  EXPECT_THAT(value("std::vector<int>(1000, 7)"), HasSubstr("7, …}"));
  EXPECT_EQ(value("std::optional<std::pair<int, char>>{{1, 'x'}}"), "(1, 'x')");
}

TEST_F(ValueTest, TypesOfTheUsers) {
  EXPECT_THAT(value("struct Plain { int hidden = 3; };\nPlain{}"), StartsWith("Plain @0x"));
  EXPECT_EQ(value("struct Said { };\nstd::ostream& operator<<(std::ostream& out, const Said&) { return out "
                  "<< \"said\"; }\nSaid{}"),
            "said");
  EXPECT_EQ(value("std::vector<Said>(2)"), "{said, said}");
  EXPECT_EQ(value("enum class Way { left, right };\nWay::right"), "Way::right");
  EXPECT_EQ(value("Way(9)"), "(Way) 9");
}

TEST_F(ValueTest, ABundleOfItsOwn) {
  const Outcome outcome = shell->execute(
      "struct Rich { };\n"
      "hermit::bundle mime_bundle_repr(const Rich&) {\n"
      "  hermit::bundle shown; shown.data[\"text/html\"] = \"<b>\"; shown.data[\"text/plain\"] = \"plain\"; "
      "return "
      "shown;\n"
      "}\nRich{}");
  ASSERT_EQ(outcome.results.size(), 1U);
  EXPECT_EQ(outcome.results[0].parts.at("text/html").data, "<b>");
  EXPECT_EQ(outcome.text(), "plain");
}

TEST_F(ValueTest, NoValueWhereNoneIsMeant) {
  for (const char* code : {"1 + 1;", "int silent = 3", "int silent = 3;", "", "// nothing", "void()",
                           "std::cout", "for (int i = 0; i < 2; ++i) { i; }"})
    EXPECT_THAT(shell->execute(code).results, IsEmpty()) << code;
}

TEST_F(ValueTest, SilentCellsShowNothingAndExpressionsAreEvaluated) {
  EXPECT_THAT(shell->execute("1 + 1", HERMIT_CELL_SILENT).results, IsEmpty());
  shell->execute("int twelve = 12;");
  EXPECT_EQ(shell->evaluate("twelve * 2").value.parts.at("text/plain").data, "24");
  EXPECT_EQ(shell->evaluate("no_such").error.name, "CompileError");
  EXPECT_EQ(shell->evaluate("throw 5").error.name, "int");
}

TEST_F(DiagnosticsTest, ErrorsNameTheCellItsLineAndNothingOfTheShells) {
  const Outcome outcome = shell->execute("int fine = 1;\nint wrong = fine +* oops;");
  const std::string text = outcome.error().plain_traceback();
  EXPECT_THAT(text, HasSubstr("cell [1]:2:"));
  EXPECT_THAT(text, HasSubstr("int wrong = fine +* oops;"));
  EXPECT_THAT(text, HasSubstr("^"));
  EXPECT_THAT(text, Not(HasSubstr("hermit_cpp")));
  EXPECT_THAT(text, Not(HasSubstr("__stmts__")));
}

TEST_F(DiagnosticsTest, WarningsAreShownAndAreNoErrors) {
  const Outcome outcome = shell->execute("int dangerous(int n) { if (n = 3) return 1; return 0; }");
  EXPECT_EQ(outcome.status, HERMIT_OK);
  EXPECT_THAT(outcome.err, HasSubstr("warning"));
}

TEST_F(DiagnosticsTest, ExceptionsNameTheirTypeAndTheirPlaces) {
  shell->execute(
      "struct Own : std::runtime_error { using runtime_error::runtime_error; };\nvoid inner() {\n  throw "
      "Own(\"why\");\n}");
  const Outcome outcome = shell->execute("int before = 1;\ninner();");
  EXPECT_EQ(outcome.error().name, "Own");
  EXPECT_EQ(outcome.error().value, "why");
  EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr(":3 in inner()\n      throw Own(\"why\");"));
}

TEST_F(DiagnosticsTest, WhatIsDefinedNowhereIsNamedAsCppHasIt) {
  EXPECT_THAT(error("std::string far_away(const std::vector<int>&); far_away({})"),
              StartsWith("LinkError: nobody defines far_away(std::vector<int"));
}

TEST_F(SuggestionTest, MembersOverloadsLocalsAndHeaders) {
  shell->execute(
      "struct Boat { int mast; void sail(int knots); void sail(double knots, bool night); };\nBoat "
      "boat;\n#define ANCHOR 3");
  EXPECT_THAT(shell->complete("boat.").texts, Contains("mast"));
  EXPECT_THAT(shell->complete("boat.sa").texts, ElementsAre("sail"));
  EXPECT_THAT(shell->complete("ANCH").texts, Contains("ANCHOR"));
  EXPECT_THAT(shell->complete("#include <unordered_se").texts, Contains("unordered_set>"));
  EXPECT_THAT(shell->complete("std::vector<Boat> fleet; fleet.front().ma").texts, Contains("mast"));
  EXPECT_EQ(shell->complete("boat.mas").find("mast").value_or(Match{}).type, "property");
}

TEST_F(SuggestionTest, InspectionTellsLayoutAndComments) {
  shell->execute("/// Carries things.\nstruct Cart { char load; double weight; };");
  const std::string text = shell->inspect("Cart");
  EXPECT_THAT(text, HasSubstr("Size: 16 bytes"));
  EXPECT_THAT(text, HasSubstr("at 8: double weight"));
  EXPECT_THAT(text, HasSubstr("Carries things."));
  EXPECT_EQ(shell->inspect("no_such_thing"), "");
}

}  // namespace
}  // namespace hermit::test
