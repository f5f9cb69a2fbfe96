// A kernel in a Lua state of the program's: what both see, and what the program has back afterwards.
#include <memory>
#include <string>

#include <lua.hpp>

#include <gmock/gmock.h>
#include <hermit/lua.h>

#include "embed/program.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

class LuaStateTest : public ::testing::Test {
 protected:
  LuaStateTest() { luaL_openlibs(lua()); }

  lua_State* lua() const { return state_.get(); }

  // A kernel in the state.
  std::unique_ptr<Program> attach() {
    embedding::Options options;
    options.shell = &hermit_lua_state_entry;
    options.shell_context = lua();
    return std::make_unique<Program>(true, std::move(options));
  }

  // What the program's own Lua code comes to, as text.
  std::string own(const std::string& code) {
    const int top = lua_gettop(lua());
    const bool failed = luaL_dostring(lua(), code.c_str()) != LUA_OK;
    const char* text = lua_gettop(lua()) > top ? luaL_tolstring(lua(), -1, nullptr) : "";
    const std::string result = (failed ? "error: " : "") + std::string(text);
    lua_settop(lua(), top);
    return result;
  }

 private:
  std::unique_ptr<lua_State, void (*)(lua_State*)> state_{luaL_newstate(), lua_close};
};

}  // namespace

TEST_F(LuaStateTest, GlobalsAreSeenBothWays) {
  own("from_program = 6 * 7");
  const auto program = attach();
  EXPECT_EQ(program->run("print(from_program) from_cell = 'cell'")["status"], "ok");

  EXPECT_EQ(program->printed("request 1"), "42\n");
  EXPECT_EQ(own("return from_cell"), "cell");
}

TEST_F(LuaStateTest, TheProgramCallsIntoTheStateWhileTheKernelRuns) {
  const auto program = attach();
  program->run("function twice(x) local ok, y = pcall(function() return 2 * x end) return y end");
  EXPECT_EQ(own("return twice(21)"), "42");

  program->run("function talk() print('from the loop') end");
  EXPECT_EQ(own("talk() io.write('and on\\n')"), "");
  EXPECT_TRUE(
      program->wait_until([&] { return program->printed("request 2") == "from the loop\nand on\n"; }));
}

TEST_F(LuaStateTest, WhatIsOnTheProgramsStackStays) {
  lua_pushliteral(lua(), "mine");
  const auto program = attach();
  program->run("x = 1");

  ASSERT_EQ(lua_gettop(lua()), 1);
  EXPECT_STREQ(lua_tostring(lua(), 1), "mine");
  lua_settop(lua(), 0);
}

TEST_F(LuaStateTest, CoroutinesFromBeforeTheKernelPrintToo) {
  own("old = coroutine.create(function() while true do coroutine.yield(print('old')) end end)");
  own("coroutine.resume(old)");
  const auto program = attach();
  program->run("coroutine.resume(old)");
  EXPECT_EQ(program->printed("request 1"), "old\n");
  EXPECT_EQ(own("return coroutine.resume(old)"), "true");
}

TEST_F(LuaStateTest, TasksSleepWhileTheProgramGoesOn) {
  const auto program = attach();
  const auto id = program->execute("-- task\nhermit.sleep(0.05) print('awake')");
  EXPECT_TRUE(program->wait_until([&] { return program->printed(id) == "awake\n"; }));
}

TEST_F(LuaStateTest, AnInterruptEndsACellThatKeepsTheProgram) {
  const auto program = attach();
  program->on_message([&](const Program::Json& message, bool) -> std::optional<std::string> {
    if (message["header"]["msg_type"] == "stream") program->send("interrupt_request", {}, "control");
    return std::nullopt;
  });
  EXPECT_EQ(program->run("print('spinning') while true do end")["ename"], "KernelInterrupt");
  program->on_message(nullptr);

  EXPECT_EQ(program->run("x = 1")["status"], "ok");
  EXPECT_EQ(own("local n = 0 for i = 1, 1e5 do n = n + 1 end return n"), "100000");
}

TEST_F(LuaStateTest, CompletionKnowsTheProgramsNames) {
  own("wheelbarrow = 1");
  const auto program = attach();
  const auto id = program->send("complete_request", {{"code", "wheelb"}, {"cursor_pos", 6}});

  EXPECT_EQ(program->wait_for("complete_reply", id)["content"]["matches"][0], "wheelbarrow");
}

TEST_F(LuaStateTest, TheProgramHasItsFunctionsBack) {
  own("before = {print, pcall, io.write, os.exit, coroutine.wrap, debug.sethook}");
  const auto back =
      "return before[1] == print and before[2] == pcall and before[3] == io.write and before[4] == os.exit "
      "and "
      "before[5] == coroutine.wrap and before[6] == debug.sethook and hermit == nil";
  EXPECT_EQ(own(back), "true");
  auto program = attach();
  EXPECT_EQ(own(back), "false");
  program->run("kept = print mine = 1 function math.triple(x) return 3 * x end");
  program.reset();

  EXPECT_EQ(own(back), "true");
  EXPECT_EQ(own("return mine + math.triple(2)"), "7");
  EXPECT_THAT(own("kept('late')"), HasSubstr("error: "));
}

TEST_F(LuaStateTest, ManyKernelsInOneState) {
  for (int i = 0; i < 30; ++i) {
    const auto program = attach();
    ASSERT_EQ(program->run("n = (n or 0) + 1 print(n)")["status"], "ok");
    ASSERT_EQ(program->printed("request 1"), std::to_string(i + 1) + "\n");
  }
  lua_gc(lua(), LUA_GCCOLLECT);
  const int before = lua_gc(lua(), LUA_GCCOUNT);
  for (int i = 0; i < 30; ++i) attach()->run("n = n + 1");
  lua_gc(lua(), LUA_GCCOLLECT);
  EXPECT_LT(lua_gc(lua(), LUA_GCCOUNT), before + 64) << "KiB";
}

TEST_F(LuaStateTest, AStateWithoutLibrariesIsRefusedByName) {
  own("io = nil");
  try {
    attach();
    ADD_FAILURE() << "it was taken";
  } catch (const embedding::Failure& error) {
    EXPECT_THAT(error.what(), HasSubstr("has no library io"));
  }
  EXPECT_EQ(own("return 1"), "1");
}

TEST_F(LuaStateTest, TheShellWithAStateOfItsOwnRunsInAProgramToo) {
  embedding::Options options;
  options.shell = &hermit_lua_shell_entry;
  Program program(false, std::move(options));
  EXPECT_EQ(program.run("print(x)")["status"], "ok");
  EXPECT_EQ(program.printed("request 1"), "nil\n");
}

}  // namespace hermit::tests
