#include "interface/children.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// proc_pid_stat(5): "pid (name) state ppid …"; the name may hold anything but a newline.
constexpr std::size_t stat_size_limit = 4096;

// proc_tid_children(5): the numbers of a thread's children, each followed by a space.
constexpr std::size_t list_limit = std::size_t{1} << 20;

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

// The children of each process, for kernels that do not list them.
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

// All that descend from this process by `families`.
std::vector<pid_t> descendants() {
  const auto children = families();
  std::vector<pid_t> found;
  std::vector<pid_t> parents{getpid()};
  while (!parents.empty()) {
    const auto [begin, end] = children.equal_range(parents.back());
    parents.pop_back();
    for (auto child = begin; child != end; ++child) {
      found.push_back(child->second);
      parents.push_back(child->second);
    }
  }
  return found;
}

// Adds the children of a process, those of all its threads; false when the kernel does not list them.
bool add_children(pid_t process, std::vector<pid_t>& children) {
  std::error_code stop;
  bool listed = false;
  const auto tasks = fs::path("/proc") / std::to_string(process) / "task";
  for (auto task = fs::directory_iterator(tasks, stop); !stop && task != fs::directory_iterator();
       task.increment(stop)) {
    const auto list = read_file(task->path() / "children", list_limit);
    if (!list) continue;  // a thread that has ended
    listed = true;
    std::string_view rest = *list;
    while (const auto child = number(rest)) {
      children.push_back(*child);
      rest.remove_prefix(std::min(rest.find(' '), rest.size() - 1) + 1);
    }
  }
  return listed;
}

// Whether this process has any, zombies included; much quicker than to list them.
bool has_children() {
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0 || errno != ECHILD;
}

}  // namespace

// All are found before one is signalled: the children of one that has ended are nobody's any more.
Children::Children() {
  if (!has_children()) return;
  if (!add_children(getpid(), found_)) {
    found_ = descendants();
    return;
  }
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const pid_t child = found_[i];
    add_children(child, found_);
  }
}

void Children::signal(int signal) const {
  for (const pid_t child : found_) kill(child, signal);
}

}  // namespace hermit
