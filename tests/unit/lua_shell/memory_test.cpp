// A state that grows without bound fails with an error while there is still memory for everybody else.
#include <filesystem>
#include <fstream>

#include "lua-shell/memory_left.hpp"
#include "lua_shell.hpp"
#include "support/folder.hpp"

namespace hermit::test {
namespace {

using lua_shell::memory_left;

constexpr uint64_t mebibyte = uint64_t{1} << 20;

// A system of files that tells what the test wants to be told.
class MemoryLeftTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void machine(uint64_t whole, uint64_t available) {
    write("proc/meminfo", "MemTotal:  " + std::to_string(whole / 1024) +
                              " kB\nMemFree:  1 kB\nMemAvailable:  " + std::to_string(available / 1024) +
                              " kB\n");
  }
  uint64_t left() { return memory_left(folder.path().c_str()); }

  tests::Folder folder;
};

using MemoryTest = LuaShellTest;

TEST_F(MemoryLeftTest, WithoutAnythingThatTellsThereIsNoLimit) { EXPECT_EQ(left(), UINT64_MAX); }

TEST_F(MemoryLeftTest, AMachineKeepsAReserve) {
  machine(32'000 * mebibyte, 5'000 * mebibyte);
  EXPECT_EQ(left(), 4'000 * mebibyte);
  machine(512 * mebibyte, 100 * mebibyte);
  EXPECT_EQ(left(), 36 * mebibyte);
  machine(512 * mebibyte, 60 * mebibyte);
  EXPECT_EQ(left(), 0U);
}

TEST_F(MemoryLeftTest, AControlGroupMayLeaveLess) {
  machine(32'000 * mebibyte, 30'000 * mebibyte);
  write("proc/self/cgroup", "0::/user/kernel\n");
  write("sys/fs/cgroup/user/kernel/memory.max", "max\n");
  write("sys/fs/cgroup/user/kernel/memory.current", "1000\n");
  EXPECT_EQ(left(), 29'000 * mebibyte);

  write("sys/fs/cgroup/user/memory.max", std::to_string(1024 * mebibyte) + "\n");
  write("sys/fs/cgroup/user/memory.current", std::to_string(800 * mebibyte) + "\n");
  EXPECT_EQ(left(), 160 * mebibyte);
  write("sys/fs/cgroup/user/memory.stat", "anon 1\ninactive_file " + std::to_string(100 * mebibyte) + "\n");
  EXPECT_EQ(left(), 260 * mebibyte);
}

TEST_F(MemoryLeftTest, AContainerSeesItsGroupAsTheOutermost) {
  write("proc/self/cgroup", "0::/of/outside\n");
  write("sys/fs/cgroup/memory.max", std::to_string(1024 * mebibyte) + "\n");
  write("sys/fs/cgroup/memory.current", std::to_string(800 * mebibyte) + "\n");
  EXPECT_EQ(left(), 160 * mebibyte);
}

TEST_F(MemoryLeftTest, ControlGroupsOfTheFirstVersionCountToo) {
  write("proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/kernels\n0::/\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/kernels/memory.limit_in_bytes", std::to_string(1024 * mebibyte) + "\n");
  write("sys/fs/cgroup/memory/kernels/memory.usage_in_bytes", std::to_string(800 * mebibyte) + "\n");
  write("sys/fs/cgroup/memory/kernels/memory.stat",
        "inactive_file 1\ntotal_inactive_file " + std::to_string(100 * mebibyte) + "\n");
  EXPECT_EQ(left(), 260 * mebibyte);
}

TEST_F(MemoryTest, WhatWouldLeaveTheMachineNothingIsRefused) {
  // The buffer for so much is asked for, and never touched: the file is empty.
  const Outcome outcome = shell.execute(
      "local whole for line in io.lines('/proc/meminfo') do whole = whole or line:match('MemTotal:%s+(%d+)') "
      "end\n"
      "return pcall(function() return io.open('/dev/null'):read(whole * 1024 - 4096) end)");
  EXPECT_EQ(outcome.text(), "false\t\"not enough memory\"");
}

}  // namespace
}  // namespace hermit::test
