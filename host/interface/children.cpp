#include "interface/children.hpp"

#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// proc_pid_stat(5): "pid (name) state ppid …"; the name may hold anything but a newline.
constexpr std::size_t stat_size_limit = 4096;

std::optional<pid_t> number(std::string_view text) {
  pid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<pid_t> parent_of(const fs::path& process) {
  const auto stat = read_file(process / "stat", stat_size_limit);
  const auto after_name = stat ? stat->rfind(") ") : std::string::npos;
  if (after_name == std::string::npos || after_name + 4 > stat->size()) return std::nullopt;
  return number(std::string_view(*stat).substr(after_name + 4));
}

// The children of each process.
std::multimap<pid_t, pid_t> families() {
  std::multimap<pid_t, pid_t> children;
  std::error_code stop;
  for (auto entry = fs::directory_iterator("/proc", stop); !stop && entry != fs::directory_iterator();
       entry.increment(stop)) {
    const auto process = number(entry->path().filename().native());
    const auto parent = process ? parent_of(entry->path()) : std::nullopt;
    if (parent) children.emplace(*parent, *process);
  }
  return children;
}

}  // namespace

void signal_children(int signal) {
  const auto children = families();
  std::vector<pid_t> parents{getpid()};
  while (!parents.empty()) {
    const auto [begin, end] = children.equal_range(parents.back());
    parents.pop_back();
    for (auto child = begin; child != end; ++child) {
      kill(child->second, signal);
      parents.push_back(child->second);
    }
  }
}

}  // namespace hermit
