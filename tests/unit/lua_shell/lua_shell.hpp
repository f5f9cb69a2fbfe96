// The Lua shell under test, and the fixture that most tests use.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shell_under_test.hpp"

namespace hermit::test {

// The entry of the library; the library is opened at the first call.
inline const hermit_shell_entry_type& lua_entry() {
  static const hermit_shell_entry_type& entry = open_entry(LUA_SHELL_LIBRARY);
  return entry;
}

class LuaShell : public ShellUnderTest {
 public:
  explicit LuaShell(FakeHost& host) : ShellUnderTest(lua_entry(), host) {}
  // A subshell of `parent`, made and used on this thread.
  explicit LuaShell(LuaShell& parent) : ShellUnderTest(parent) {}
};

class LuaShellTest : public testing::Test {
 protected:
  FakeHost host;
  LuaShell shell{host};
};

}  // namespace hermit::test
