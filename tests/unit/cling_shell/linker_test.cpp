// What of a cell's code stays in the process when the cell has run.
#include <cstdint>
#include <fstream>
#include <sstream>

#include "cpp_shell.hpp"

namespace hermit::test {
namespace {

using LinkerTest = CppShellTest;

// The bytes of code that no file lies behind.
uint64_t bytes_of_code() {
  std::ifstream maps("/proc/self/maps");
  uint64_t bytes = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::string addresses, rights, offset, device, node, file;
    words >> addresses >> rights >> offset >> device >> node >> file;
    if (rights.find('x') == std::string::npos || !file.empty()) continue;
    const size_t dash = addresses.find('-');
    bytes += std::stoull(addresses.substr(dash + 1), nullptr, 16) -
             std::stoull(addresses.substr(0, dash), nullptr, 16);
  }
  return bytes;
}

TEST_F(LinkerTest, ACellThatDeclaresNothingLeavesNoCode) {
  shell->execute("int sum = 0;");
  for (int round = 0; round < 5; ++round) shell->execute("sum += 2; sum");
  const uint64_t before = bytes_of_code();
  for (int round = 0; round < 100; ++round) shell->execute("sum += 2; sum");
  EXPECT_EQ(bytes_of_code(), before);
  EXPECT_EQ(value("sum"), "210");
}

TEST_F(LinkerTest, FunctionsStay) {
  const uint64_t before = bytes_of_code();
  for (int round = 0; round < 20; ++round) {
    const std::string number = std::to_string(round);
    shell->execute("int stays_" + number + "() { return " + number + "; }");
  }
  EXPECT_GT(bytes_of_code(), before);
  EXPECT_EQ(value("stays_3() + stays_19()"), "22");
}

TEST_F(LinkerTest, WhatSomebodyHasGotHoldOfStays) {
  shell->execute("#include <functional>\nstd::function<int()> held; const char* text; int (*pointer)();");
  shell->execute("held = [] { return 7; };");
  shell->execute("text = \"some text\";");
  shell->execute("pointer = [] { static int calls = 0; return ++calls; };");
  for (int round = 0; round < 20; ++round) EXPECT_EQ(value("1 + 1"), "2");
  EXPECT_EQ(value("held()"), "7");
  EXPECT_EQ(value("text"), "\"some text\"");
  EXPECT_EQ(value("pointer() + pointer()"), "3");
}

TEST_F(LinkerTest, ExceptionsLeaveCellsThatPass) {
  shell->execute("int fails(int n) { if (n > 0) throw std::runtime_error(\"failed\"); return n; }");
  for (int round = 0; round < 20; ++round) EXPECT_EQ(error("fails(1)"), "std::runtime_error: failed");
  EXPECT_EQ(value("fails(0)"), "0");
}

}  // namespace
}  // namespace hermit::test
