// Displays with a handle, plots and widgets: the modules of the shell's that show something.
#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* vega_lite = "application/vnd.vegalite.v5+json";

class PlotTest : public LuaShellTest {
 protected:
  std::string specification(const std::string& code) {
    const Outcome outcome = shell.execute(code);
    return outcome.results.empty() ? outcome.error().value : outcome.results[0].parts.at(vega_lite).data;
  }
};

using DisplayTest = LuaShellTest;
using WidgetTest = LuaShellTest;

TEST_F(DisplayTest, AHandleUpdatesWhatItShows) {
  const Outcome outcome = shell.execute(
      "local handle = hermit.display('a', {display_id = 'd'})\n"
      "handle:update(hermit.html('<b>'), {metadata = {m = 1}}) return handle.id");
  EXPECT_EQ(outcome.text(), "\"d\"");
  ASSERT_EQ(outcome.updates.size(), 1U);
  EXPECT_EQ(outcome.updates[0].display_id, "d");
  EXPECT_EQ(outcome.updates[0].parts.at("text/html").data, "<b>");
  EXPECT_EQ(outcome.updates[0].metadata, "{\"m\":1}");
  EXPECT_EQ(shell.execute("hermit.display('a')").results.size(), 0U);
}

TEST_F(DisplayTest, TasksThreadsAndSubshellsShowUnderTheirOwnRequest) {
  shell.start("handle = hermit.display(1, {display_id = 'd'}) hermit.sleep(0) handle:update(2)");
  const hermit_request task = shell.last_request();
  EXPECT_EQ(shell.run(5, "handle:update(3) hermit.clear(true)", HERMIT_RUN_THREAD).updates.size(), 1U);
  EXPECT_EQ(host.record(5).clears.size(), 1U);
  LuaShell subshell{shell};
  EXPECT_EQ(subshell.execute("handle:update(4)").updates.size(), 1U);
  shell.resume_all();
  EXPECT_EQ(shell.outcome(task).updates.size(), 1U);
}

TEST_F(DisplayTest, JavascriptIsText) {
  const Outcome outcome = shell.execute("hermit.javascript('1 + 1')");
  EXPECT_EQ(outcome.results.at(0).parts.at("application/javascript").form, uint32_t{HERMIT_MIME_TEXT});
}

TEST_F(PlotTest, HeightsColumnsAndRowsAreData) {
  EXPECT_THAT(specification("hermit.plot.line {4, 8}"), HasSubstr(R"("mark":{)"));
  const std::string heights = R"j("values":[{)j";
  EXPECT_THAT(specification("hermit.plot.line {4, 8}"), HasSubstr(heights));
  EXPECT_THAT(specification("hermit.plot.bar {x = {'a', 'b'}, y = {1, 2}}"), HasSubstr("\"nominal\""));
  EXPECT_THAT(specification("hermit.plot.point({{day = 1, n = 2}}, {x = 'day', y = 'n', color = 'n'})"),
              HasSubstr("\"color\":{"));
  EXPECT_THAT(specification("hermit.plot.histogram({1, 2, 2}, {bins = 5})"), HasSubstr("\"maxbins\":5"));
  EXPECT_THAT(specification("hermit.plot.line {1, 0/0, 1/0, 2}"), HasSubstr("\"y\":2"));
  EXPECT_THAT(specification("hermit.plot.line {y = {1}, x = {1}, title = 'T', xlabel = 'X'}"),
              testing::AllOf(HasSubstr("\"title\":\"T\""), HasSubstr("\"title\":\"X\"")));
}

TEST_F(PlotTest, EveryKindHasItsMark) {
  for (const auto& [kind, mark] : std::map<std::string, std::string>{{"bar", "bar"},
                                                                     {"line", "line"},
                                                                     {"area", "area"},
                                                                     {"scatter", "point"},
                                                                     {"point", "point"},
                                                                     {"histogram", "bar"}}) {
    EXPECT_THAT(specification("hermit.plot." + kind + " {1, 2}"), HasSubstr("\"type\":\"" + mark + "\""));
  }
}

TEST_F(PlotTest, LayersAreDrawnInOneFrame) {
  const std::string layered = specification(
      "hermit.plot.bar({1, 2}, {title = 'A'}) + hermit.plot.line {2, 1} + hermit.plot.point {1}");
  EXPECT_THAT(layered, HasSubstr("\"layer\":["));
  EXPECT_THAT(layered, HasSubstr("\"title\":\"A\""));
  EXPECT_EQ(shell.execute("tostring(hermit.plot.layer {hermit.plot.line {1}, hermit.plot.bar {2}})").text(),
            "\"<layer plot of 2 layers, 2 rows>\"");
}

TEST_F(PlotTest, WrongDataIsAnErrorOfTheUsersLine) {
  for (const char* code :
       {"hermit.plot.line()", "hermit.plot.line(5)", "hermit.plot.line({}, 5)",
        "hermit.plot.line({{a = 1}}, {x = 'a', y = 'b'})", "hermit.plot.layer {}", "hermit.plot.layer {5}",
        "hermit.plot.line {1} + 5", "hermit.plot.spec(1)", "hermit.plot.line {title = 'x'}"}) {
    const Outcome outcome = shell.execute(code);
    ASSERT_EQ(outcome.status, HERMIT_USER_ERROR) << code;
    EXPECT_THAT(outcome.error().value, Not(HasSubstr("[hermit]"))) << code;
  }
}

TEST_F(PlotTest, TheModulesAreFoundBothWays) {
  EXPECT_EQ(shell.execute("require('hermit.plot') == hermit.plot").text(), "true");
  EXPECT_EQ(shell.execute("require('hermit.widgets') == hermit.widgets").text(), "true");
  EXPECT_EQ(shell.execute("hermit.nothing").text(), "");
}

TEST_F(WidgetTest, FieldsAreSentWhenTheyAreSet) {
  shell.execute(
      "s = hermit.widgets.IntSlider {value = 3, description = 'n'} s:observe(function(change)\n"
      "  print(change.name, change.old, change.new) end)");
  const Outcome set = shell.execute("s.value = 5 s.value = 5 return s.value");
  EXPECT_EQ(set.text(), "5");
  EXPECT_EQ(set.out, "value\t3\t5\n");
  ASSERT_EQ(set.comms.size(), 1U);
  EXPECT_THAT(set.comms[0].data, HasSubstr("\"state\":{\"value\":5}"));
  EXPECT_THAT(set.comms[0].data, HasSubstr("\"method\":\"update\""));
  const Outcome closed = shell.execute("s:close()");
  EXPECT_EQ(closed.comms.size(), 3U);  // with its layout and style
}

TEST_F(WidgetTest, BoxesHoldWidgets) {
  EXPECT_EQ(
      shell
          .execute(
              "w = hermit.widgets box = w.HBox {w.Label {value = 'a'}, w.Button {}} return #box.children")
          .text(),
      "2");
  EXPECT_THAT(shell.execute("box.children = {}").comms.at(0).data, HasSubstr("\"children\":[]"));
  EXPECT_EQ(shell.execute("w.VBox {5}").status, HERMIT_USER_ERROR);
}

TEST_F(WidgetTest, AFieldThatIsNoneIsAnError) {
  EXPECT_THAT(shell.execute("hermit.widgets.Label {valeu = 1}").error().value,
              HasSubstr("no field \"valeu\""));
  EXPECT_THAT(shell.execute("hermit.widgets.Label {}.nothing = 1").error().value, HasSubstr("no field"));
  EXPECT_EQ(shell.execute("hermit.widgets.Button {}:on_click(5)").status, HERMIT_USER_ERROR);
}

}  // namespace
}  // namespace hermit::test
