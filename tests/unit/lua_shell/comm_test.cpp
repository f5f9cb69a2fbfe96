// Comms: what clients send reaches handlers in Lua, what Lua sends reaches the host.
#include <thread>

#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CommTest : public LuaShellTest {
 protected:
  // A target whose comms show what they get and send it back.
  void add_echo() {
    shell.execute(
        "hermit.comm.target('t', function(comm, message)\n"
        "  print('opened', comm.target, message.data.x)\n"
        "  comm:on_message(function(message)\n"
        "    comm:send(message.data, {metadata = message.metadata, buffers = message.buffers}) end)\n"
        "  comm:on_close(function(message) print('closed', message.data.x) end)\n"
        "end)");
  }

  // The JSON that comes back from an echo for this data.
  std::string echoed(std::string_view data) {
    const Outcome outcome = shell.comm_received(++request, {.data = data});
    return outcome.comms.empty() ? "nothing: " + outcome.error().value : outcome.comms.back().data;
  }

  hermit_request request = 700'000;
};

TEST_F(CommTest, TargetsAreRegisteredAndRemoved) {
  EXPECT_EQ(shell.execute("hermit.comm.target('t', print) hermit.comm.target('u', print)").status, HERMIT_OK);
  EXPECT_THAT(host.targets(), ElementsAre("t", "u"));
  EXPECT_EQ(shell.execute("hermit.comm.untarget('t') hermit.comm.untarget('t')").status, HERMIT_OK);
  EXPECT_THAT(host.targets(), ElementsAre("u"));
}

TEST_F(CommTest, AClientOpensUsesAndClosesAComm) {
  add_echo();
  EXPECT_EQ(shell.comm_opened(1, {.data = R"({"x": 5})"}).out, "opened\tt\t5\n");
  const Outcome answered = shell.comm_received(
      2, {.data = R"({"y":[1]})", .metadata = R"({"m":1})", .buffers = {{"a\0b", 3}, ""}});
  EXPECT_EQ(answered.status, HERMIT_OK);
  ASSERT_EQ(answered.comms.size(), 1U);
  EXPECT_EQ(answered.comms[0].action, "send");
  EXPECT_EQ(answered.comms[0].id, "c1");
  EXPECT_EQ(answered.comms[0].data, R"({"y":[1]})");
  EXPECT_EQ(answered.comms[0].metadata, R"({"m":1})");
  EXPECT_THAT(answered.comms[0].buffers, ElementsAre(std::string("a\0b", 3), ""));
  EXPECT_EQ(shell.comm_closed(3, {.data = R"({"x":"bye"})"}).out, "closed\tbye\n");
  EXPECT_THAT(shell.comm_received(4, {}).comms, IsEmpty());
}

TEST_F(CommTest, JsonComesBackAsItWent) {
  add_echo();
  shell.comm_opened(1, {});
  for (const char* json : {"{}", "[]", "null", "true", "-7", "1.5", "1e+300", "9223372036854775807",
                           R"([1,[],{},null,false])", R"({"a":{"b":[{"c":"d"}]}})", R"("ü 🦀 plain")"}) {
    EXPECT_EQ(echoed(json), json);
  }
  EXPECT_EQ(echoed(" [ 1 , 2 ] "), "[1,2]");
  EXPECT_EQ(echoed(R"("\u00fc\ud83e\udd80\/\n\u0000x")"), "\"ü🦀/\\u000a\\u0000x\"");
  EXPECT_EQ(echoed(R"("\ud800x")"), "\"\xef\xbf\xbdx\"");
  EXPECT_EQ(echoed("10000000000000000000"), "1e+19");
}

TEST_F(CommTest, WhatIsNoJsonIsAnError) {
  add_echo();
  shell.comm_opened(1, {});
  for (const char* text :
       {"[1", "{\"a\"}", "{1:2}", "tru", "\"a", "\"\\x\"", "\"\\u12\"", "1 2", "-", "[1,]", "+"}) {
    EXPECT_EQ(shell.comm_received(++request, {.data = text}).status, HERMIT_USER_ERROR) << text;
  }
  EXPECT_THAT(echoed(std::string(100'000, '[')), HasSubstr("nested"));
  EXPECT_EQ(echoed("1"), "1");
}

TEST_F(CommTest, LuaOpensAComm) {
  const Outcome opened = shell.execute(
      "c = hermit.comm.open('w', {x = 1}, {metadata = {v = 2}, buffers = {'b'},\n"
      "  on_message = function(message, comm) print(message.data.n, comm == c) end})\n"
      "return #c.id, c.target, c:is_open()");
  EXPECT_EQ(opened.text(), "32\t\"w\"\ttrue");
  ASSERT_EQ(opened.comms.size(), 1U);
  const RecordedComm comm = opened.comms[0];
  EXPECT_EQ(comm.action, "open");
  EXPECT_EQ(comm.target, "w");
  EXPECT_EQ(comm.data, "{\"x\":1}");
  EXPECT_EQ(comm.metadata, "{\"v\":2}");
  EXPECT_THAT(comm.buffers, ElementsAre("b"));
  EXPECT_EQ(shell.comm_received(1, {.id = comm.id, .data = "{\"n\":3}"}).out, "3\ttrue\n");
  const Outcome closed = shell.execute("c:close({}) c:close() return c:is_open()");
  EXPECT_EQ(closed.text(), "false");
  ASSERT_EQ(closed.comms.size(), 1U);
  EXPECT_EQ(closed.comms[0].action, "close");
  EXPECT_EQ(shell.execute("c:send({})").error().value, "cell [3]:1: the comm is closed");
}

TEST_F(CommTest, WrongUseIsAnErrorOfTheUsersLine) {
  shell.execute("c = hermit.comm.open('w')");
  for (const char* code :
       {"hermit.comm.target('', print)", "hermit.comm.target(5, print)", "hermit.comm.target('t')",
        "hermit.comm.open()", "hermit.comm.open('')", "hermit.comm.open('t', {}, 5)", "c:send(print)",
        "c:send({}, {buffers = 'x'})", "c:send({}, {buffers = {5}})", "c:send({}, {metadata = 1})",
        "c:on_message('x')", "c:on_close()", "c:close(print)"}) {
    const Outcome outcome = shell.execute(code);
    EXPECT_EQ(outcome.status, HERMIT_USER_ERROR) << code;
    EXPECT_THAT(outcome.error().value, testing::Not(HasSubstr("[hermit]"))) << code;
    EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr(code)) << code;
  }
  EXPECT_EQ(shell.execute("c:is_open()").text(), "true");
}

TEST_F(CommTest, AFailingHandlerIsReportedWithItsLines) {
  shell.execute("hermit.comm.target('t', function(comm)\n  error('not today')\nend)");
  const Outcome outcome = shell.comm_opened(1, {});
  EXPECT_EQ(outcome.status, HERMIT_USER_ERROR);
  EXPECT_THAT(outcome.error().value, HasSubstr("not today"));
  EXPECT_THAT(outcome.error().plain_traceback(), HasSubstr("error('not today')"));
  EXPECT_THAT(outcome.error().plain_traceback(), testing::Not(HasSubstr("[hermit]")));
  EXPECT_EQ(shell.comm_received(2, {}).status, HERMIT_OK);
}

TEST_F(CommTest, AnOpenThatNobodyTakesIsRefused) {
  EXPECT_EQ(shell.comm_opened(1, {}).status, HERMIT_REFUSED);
  EXPECT_EQ(shell.comm_received(2, {}).status, HERMIT_OK);
  EXPECT_EQ(shell.comm_closed(3, {}).status, HERMIT_OK);
}

TEST_F(CommTest, AHandlerRunsWhileACellSpins) {
  add_echo();
  shell.comm_opened(1, {});
  std::thread spinning([&] { shell.run(2, "print('go') while not stop do end", HERMIT_RUN_THREAD); });
  host.wait_for_output(2, "go\n");
  for (int round = 0; round < 50; ++round) EXPECT_EQ(echoed("1"), "1");
  shell.execute("stop = true");
  spinning.join();
}

TEST_F(CommTest, AnInterruptEndsAHandler) {
  shell.execute("hermit.comm.target('t', function() print('go') while true do end end)");
  Outcome outcome;
  std::thread handling([&] { outcome = shell.comm_opened(1, {}); });
  host.wait_for_output(1, "go\n");
  shell.interrupt(1);
  handling.join();
  EXPECT_EQ(outcome.status, HERMIT_INTERRUPTED);
  EXPECT_EQ(outcome.error().name, "KernelInterrupt");
  EXPECT_EQ(shell.execute("1").text(), "1");
}

TEST_F(CommTest, AHandlerMaySleepAndMayNotAsk) {
  shell.execute("hermit.comm.target('t', function() hermit.sleep(0.001) print('slept') io.read() end)");
  const Outcome outcome = shell.comm_opened(1, {});
  EXPECT_EQ(outcome.out, "slept\n");
  EXPECT_EQ(outcome.status, HERMIT_USER_ERROR);
  EXPECT_THAT(outcome.prompts, IsEmpty());
}

TEST(CommHostTest, AHostWithoutCommsSaysSo) {
  FakeHost host;
  host.hide(HERMIT_EXT_COMM);
  LuaShell shell{host};
  EXPECT_THAT(shell.execute("hermit.comm.open('t')").error().value, HasSubstr("no comms"));
  EXPECT_THAT(shell.execute("hermit.comm.target('t', print)").error().value, HasSubstr("no comms"));
  EXPECT_EQ(shell.execute("hermit.plot.line {1, 2}").status, HERMIT_OK);
}

}  // namespace
}  // namespace hermit::test
