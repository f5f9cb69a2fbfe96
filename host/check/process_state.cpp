#include "check/process_state.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hermit::check {
namespace {

namespace fs = std::filesystem;

// How often is looked, and how long a thread of a shell's is waited for that should be silent.
constexpr int look_every = 10;
constexpr std::chrono::milliseconds silence{300};

std::size_t entries_in(const char* folder) {
  const fs::directory_iterator entries(folder);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

std::size_t thread_count() { return entries_in("/proc/self/task"); }

std::size_t descriptor_count() { return entries_in("/proc/self/fd"); }

std::size_t memory_in_use() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  file >> total >> resident >> shared;
  return (resident - std::min(shared, resident)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string descriptor_target(int descriptor) {
  std::error_code closed;
  return fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), closed).string();
}

bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    poll(nullptr, 0, look_every);
  }
  return true;
}

void wait_for_late_calls() {
  wait_until([] { return false; }, silence);
}

}  // namespace hermit::check
