// Many lives of kernels in one process: nothing is left of one that has ended.
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include <gmock/gmock.h>

#include "embed/program.hpp"
#include "support/folder.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {
namespace {

namespace fs = std::filesystem;

// How many lives; sanitizers are slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int lives = 20;
#else
constexpr int lives = 200;
#endif

// What a kernel could leave behind.
struct Traces {
  std::ptrdiff_t threads = 0;
  std::map<std::string, std::string> descriptors;  // by number, what it leads to
  std::array<void*, 32> handlers{};

  bool operator==(const Traces&) const = default;
};

Traces traces() {
  Traces found;
  found.threads = std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator());
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    const auto target = fs::read_symlink(entry.path(), ignored).string();
    if (target.find("/proc/") == std::string::npos) found.descriptors[entry.path().filename()] = target;
  }
  for (int number = 1; number < 32; ++number) {
    struct sigaction action{};
    sigaction(number, nullptr, &action);
    found.handlers[static_cast<std::size_t>(number)] = reinterpret_cast<void*>(action.sa_handler);
  }
  return found;
}

// The memory in use, in KiB.
std::size_t memory() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

// Threads go from /proc a moment after they were joined.
Traces settled(const Traces& expected) {
  const auto deadline = soon();
  Traces now = traces();
  while (!(now == expected) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    now = traces();
  }
  return now;
}

void expect_nothing_left(const std::function<void()>& live) {
  live();  // the first may load what stays, such as the C++ library's locales
  const Traces before = traces();
  for (int i = 0; i < lives / 4; ++i) live();
  const std::size_t memory_before = memory();
  for (int i = 0; i < lives * 3 / 4; ++i) live();
  const std::size_t memory_after = memory();
  const Traces after = settled(before);

  EXPECT_EQ(after.threads, before.threads);
  EXPECT_EQ(after.descriptors, before.descriptors);
  EXPECT_EQ(after.handlers, before.handlers);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  constexpr std::size_t allowed = 4096;  // 27 KiB a life would be a leak of a few objects each
  EXPECT_LT(memory_after, memory_before + allowed) << "KiB";
#else
  (void)memory_before, (void)memory_after;
#endif
}

}  // namespace

TEST(LivesTest, OnAThreadOfTheLibrarysNothingIsLeft) {
  expect_nothing_left([] {
    Program program;
    ASSERT_EQ(program.run("print hello")["status"], "ok");
  });
}

TEST(LivesTest, PumpedNothingIsLeft) {
  expect_nothing_left([] {
    Program program(true);
    ASSERT_EQ(program.run("print hello")["status"], "ok");
  });
}

TEST(LivesTest, OfKernelsThatAreEndedAtOnceNothingIsLeft) {
  bool pumped = false;
  expect_nothing_left([&] { Program program(pumped = !pumped); });
}

TEST(LivesTest, OfKernelsWithSocketsNothingIsLeft) {
  const Folder folder;
  const auto file = folder.path() / "connection.json";
  expect_nothing_left([&] {
    embedding::Options options;
    options.shell = &toy_shell;
    options.settings = R"({"connection_file": ")" + file.string() + R"("})";
    const embedding::Kernel kernel(std::move(options));
    ASSERT_NE(kernel.connection_info().find("shell_port"), std::string::npos);
    ASSERT_TRUE(fs::exists(file));
  });
  EXPECT_FALSE(fs::exists(file));
}

TEST(LivesTest, OfKernelsThatCouldNotStartNothingIsLeft) {
  expect_nothing_left([] {
    ToyContext without_thread;
    embedding::Options options;
    options.shell = &toy_shell;
    options.shell_context = &without_thread;
    options.send = [](auto, auto&, bool) { return std::nullopt; };
    EXPECT_THROW(embedding::Kernel kernel(std::move(options)), embedding::Failure);
  });
}

TEST(LivesTest, TheStandardDescriptorsAndSignalsStayTheProgramsWhileItRuns) {
  const Traces before = traces();
  Program program;
  program.run("print hello");
  const Traces now = traces();

  EXPECT_EQ(now.handlers, before.handlers);
  for (const char* number : {"0", "1", "2"}) {
    const auto was = before.descriptors.find(number);
    if (was == before.descriptors.end()) continue;
    EXPECT_EQ(now.descriptors.at(number), was->second);
  }
}

}  // namespace hermit::tests
