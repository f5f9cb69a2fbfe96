// Process: fork and exec, and what /proc tells about the tree.
#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include "failure.hpp"

namespace hermit::bench {
namespace {

namespace fs = std::filesystem;

// What the shell and the exec functions use for "no such program".
constexpr int cannot_execute = 127;

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* argv, int log) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execvp(argv[0], argv);
  _exit(cannot_execute);
}

// The sum of the numbers behind `key` in a file of /proc; 0 when the process is gone.
std::int64_t sum_of(const fs::path& file, std::string_view key) {
  std::ifstream in(file);
  std::int64_t sum = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t digits = line.find_first_of("0123456789", key.size());
    std::int64_t value = 0;
    if (digits != std::string::npos) std::from_chars(&line[digits], line.data() + line.size(), value);
    sum += value;
  }
  return sum;
}

// Every process's parent.
std::multimap<pid_t, pid_t> children_by_parent() {
  std::multimap<pid_t, pid_t> children;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size())
      continue;
    std::ifstream in(entry.path() / "stat");
    std::string text;
    std::getline(in, text);
    // The second field is the program's name in parentheses, which may hold spaces; then state and parent.
    std::istringstream rest(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    std::string state;
    pid_t parent = 0;
    if (rest >> state >> parent) children.emplace(parent, pid);
  }
  return children;
}

// What lies in a folder of /proc; nothing when the process is gone.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code gone;
  for (fs::directory_iterator entry(folder, gone), end; !gone && entry != end; entry.increment(gone)) {
    found.push_back(entry->path());
  }
  return found;
}

fs::path proc(pid_t pid) { return fs::path("/proc") / std::to_string(pid); }

}  // namespace

Process::Process(const std::vector<std::string>& argv, const fs::path& log) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  // Clients tell a kernel who its parent is, and some kernels watch it: they shall do so here too.
  setenv("JPY_PARENT_PID", std::to_string(getpid()).c_str(), 1);
  started_ = Clock::now();
  pid_ = fork();
  if (pid_ == 0) become(words.data(), file);
  const int error = errno;
  close(file);
  if (pid_ < 0) throw Failure(std::string("fork: ") + std::strerror(error));
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
}

Process::~Process() {
  kill();
  close(pidfd_);
}

bool Process::ended() {
  if (ended_) return true;
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (info.si_pid == pid_) kill();  // What it left behind ends while its number cannot be anybody else's.
  return ended_;
}

bool Process::wait(std::chrono::milliseconds limit) {
  pollfd item{pidfd_, POLLIN, 0};
  const auto until = Clock::now() + limit;
  while (!ended()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    poll(&item, 1, static_cast<int>(left.count()));
  }
  return true;
}

std::string Process::how_it_ended() const {
  if (!ended_) return "it still runs";
  if (WIFSIGNALED(status_)) return std::string("ended by signal ") + strsignal(WTERMSIG(status_));
  if (WEXITSTATUS(status_) == cannot_execute) return "exit code 127, perhaps no such program";
  return "exit code " + std::to_string(WEXITSTATUS(status_));
}

bool Process::succeeded() const { return ended_ && WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

void Process::kill() {
  if (ended_) return;
  ::kill(pid_, SIGSTOP);  // So that it makes no more children while the tree is read.
  for (const pid_t pid : tree()) {
    if (pid != pid_) ::kill(pid, SIGKILL);
  }
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // The child may not have reached setsid() yet.
  waitpid(pid_, &status_, 0);
  ended_ = true;
}

void Process::interrupt() const { ::kill(-pid_, SIGINT); }

std::vector<pid_t> Process::tree() const {
  if (ended_) return {};
  const auto children = children_by_parent();
  std::vector<pid_t> found{pid_};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = children.equal_range(found[i]);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  return found;
}

std::int64_t Process::rss_bytes() const {
  std::int64_t kib = 0;
  for (const pid_t pid : tree()) kib += sum_of(proc(pid) / "smaps_rollup", "Rss:");
  return kib * 1024;
}

std::int64_t Process::pss_bytes() const {
  std::int64_t kib = 0;
  for (const pid_t pid : tree()) kib += sum_of(proc(pid) / "smaps_rollup", "Pss:");
  return kib * 1024;
}

std::chrono::nanoseconds Process::cpu_time() const {
  std::chrono::nanoseconds sum{0};
  for (const pid_t pid : tree()) {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) continue;
    sum += std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  return sum;
}

std::size_t Process::threads() const {
  std::size_t count = 0;
  for (const pid_t pid : tree()) count += entries(proc(pid) / "task").size();
  return count;
}

std::size_t Process::descriptors() const {
  std::size_t count = 0;
  for (const pid_t pid : tree()) count += entries(proc(pid) / "fd").size();
  return count;
}

std::map<std::string, std::int64_t> Process::context_switches() const {
  std::map<std::string, std::int64_t> switches;
  for (const pid_t pid : tree()) {
    for (const fs::path& thread : entries(proc(pid) / "task")) {
      std::string name;
      std::getline(std::ifstream(thread / "comm") >> std::ws, name);
      switches[name] += sum_of(thread / "status", "voluntary_ctxt_switches:") +
                        sum_of(thread / "status", "nonvoluntary_ctxt_switches:");
    }
  }
  return switches;
}

}  // namespace hermit::bench
