#include "client/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace hermit {
namespace {

using Clock = std::chrono::steady_clock;

Error failure(const std::filesystem::path& program, int code) {
  return Error{program.string() + " cannot be started: " + std::strerror(code)};
}

// The child's environment as "NAME=value" lines.
std::vector<std::string> environment_of(const ProcessOptions& options) {
  auto wanted = options.environment;
  wanted.try_emplace("JPY_PARENT_PID", std::to_string(getpid()));
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string name(*line, std::strcspn(*line, "="));
    const bool left_out = std::find(options.unset.begin(), options.unset.end(), name) != options.unset.end();
    if (!left_out && !wanted.contains(name)) lines.emplace_back(*line);
  }
  for (const auto& [name, value] : wanted) lines.push_back(name + "=" + value);
  return lines;
}

// The array of C strings that exec wants; `lines` stays where it is.
std::vector<char*> pointers(std::vector<std::string>& lines) {
  std::vector<char*> array;
  for (auto& line : lines) array.push_back(line.data());
  array.push_back(nullptr);
  return array;
}

}  // namespace

Result<Process> Process::start(const ProcessOptions& options) {
  Process process;
  process.stdout_ = Descriptor(memfd_create("stdout", MFD_CLOEXEC));
  process.stderr_ = Descriptor(memfd_create("stderr", MFD_CLOEXEC));
  if (!process.stdout_ || !process.stderr_) return failure(options.program, errno);

  std::vector<std::string> arguments{options.program.string()};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  auto environment = environment_of(options);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, process.stdout_.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, process.stderr_.get(), STDERR_FILENO);
  // A group of its own: the terminal's Ctrl+C is for whoever runs us, who then decides.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);

  const int code = posix_spawn(&process.pid_, options.program.c_str(), &files, &attributes,
                               pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) {
    process.pid_ = -1;
    return failure(options.program, code);
  }
  // The number is ours until we reap it, so this cannot be another process.
  process.watch_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process.pid_, 0)));
  if (process.watch_) return process;
  const Error error = failure(options.program, errno);
  kill(process.pid_, SIGKILL);
  waitpid(process.pid_, nullptr, 0);
  return error;
}

Process::~Process() {
  // A Process that was moved from has no descriptor, and its child belongs to another.
  if (pid_ < 0 || !watch_ || ending_) return;
  signal(SIGKILL);
  wait(Clock::time_point::max());
}

std::optional<Ending> Process::wait(Deadline deadline) {
  if (ending_) return ending_;
  for (;;) {
    int timeout = -1;
    if (deadline != Clock::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
    }
    pollfd item{watch_.get(), POLLIN, 0};
    const int ready = poll(&item, 1, timeout);
    if (ready == 0) return std::nullopt;
    if (ready > 0) break;
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ending_ = WIFSIGNALED(status) ? Ending{-1, WTERMSIG(status)} : Ending{WEXITSTATUS(status), 0};
  return ending_;
}

void Process::signal(int number) {
  if (!ending_) syscall(SYS_pidfd_send_signal, watch_.get(), number, nullptr, 0);
}

std::string Process::text_of(const Descriptor& file) {
  std::string text;
  char chunk[16384];
  for (;;) {
    // pread leaves the position alone, which the child shares and writes at.
    const ssize_t got = pread(file.get(), chunk, sizeof chunk, static_cast<off_t>(text.size()));
    if (got <= 0) return text;
    text.append(chunk, static_cast<std::size_t>(got));
  }
}

}  // namespace hermit
