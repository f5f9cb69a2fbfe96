// Modules, in Lua and in C, loaded by a shell that is itself loaded with RTLD_LOCAL.
#include <fstream>

#include "lua_shell.hpp"

namespace hermit::test {
namespace {

using ModulesTest = LuaShellTest;

TEST_F(ModulesTest, ModulesWrittenInCLoad) {
  EXPECT_EQ(shell.execute("require('lpeg').match(require('lpeg').P('a') ^ 1, 'aaab')").text(), "4");
  EXPECT_EQ(shell.execute("require('cjson').encode({1, 2})").text(), "\"[1,2]\"");
  EXPECT_EQ(shell.execute("type(require('socket').gettime())").text(), "\"number\"");
  EXPECT_EQ(shell.execute("hermit.null == require('cjson').null").text(), "true");
}

TEST_F(ModulesTest, AMissingModuleIsAnErrorThatNamesIt) {
  EXPECT_THAT(shell.execute("require('no.such.module')").error().value,
              testing::HasSubstr("module 'no.such.module' not found"));
}

TEST(ModulePathTest, SettingsComeFirstInThePaths) {
  const std::string folder = testing::TempDir() + "hermit-lua-modules-é/";
  ASSERT_EQ(std::system(("mkdir -p '" + folder + "'").c_str()), 0);
  std::ofstream(folder + "greeting.lua")
      << "-- Greets.\nlocal function greet(name)\n  error('no ' .. name)\nend\nreturn greet";
  FakeHost host;
  host.set_setting("LuaShell.path", folder + "/?.lua");
  host.set_setting("LuaShell.cpath", "/nowhere/?.so");
  LuaShell shell(host);
  EXPECT_EQ(shell.execute("package.cpath:sub(1, 14)").text(), "\"/nowhere/?.so;\"");
  const RecordedError error = shell.execute("greet = require('greeting')\ngreet('one')").error();
  EXPECT_THAT(error.plain_traceback(), testing::HasSubstr("greeting.lua:3: in "));
  EXPECT_THAT(error.plain_traceback(), testing::HasSubstr("      error('no ' .. name)"));
  EXPECT_THAT(shell.inspect("greet"), testing::HasSubstr("Greets."));
}

}  // namespace
}  // namespace hermit::test
