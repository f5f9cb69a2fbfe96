#include "worker/child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "worker/far_end.hpp"

namespace hermit::worker {
namespace {

Error failed(const std::filesystem::path& program, const char* call, int code) {
  return Error{"the process of the shell, " + program.string() + ", cannot be started: " + call + ": " +
               std::strerror(code)};
}

// What posix_spawn wants of a child, freed at the end of a scope.
struct SpawnOptions {
  SpawnOptions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
};

}  // namespace

std::string signal_text(int signal) {
  const char* const name = sigabbrev_np(signal);
  const char* const meaning = sigdescr_np(signal);
  if (name == nullptr || meaning == nullptr) return "signal " + std::to_string(signal);
  return std::string("SIG") + name + " (" + meaning + ")";
}

Result<Child> Child::start(const std::filesystem::path& program, int link) {
  SpawnOptions options;
  posix_spawn_file_actions_addopen(&options.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&options.files, link, far_end_descriptor);
  posix_spawn_file_actions_addclosefrom_np(&options.files, far_end_descriptor + 1);
  sigset_t blocked;  // until it has handlers for them: see take_signals()
  sigset_t defaults;
  sigemptyset(&blocked);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&blocked, signal);
  sigfillset(&defaults);
  posix_spawnattr_setsigmask(&options.attributes, &blocked);
  posix_spawnattr_setsigdefault(&options.attributes, &defaults);
  posix_spawnattr_setflags(&options.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::string name(far_end_name);
  std::string verb(far_end_verb);
  const std::array<char*, 3> arguments{name.data(), verb.data(), nullptr};
  pid_t pid = 0;
  const int code =
      posix_spawn(&pid, program.c_str(), &options.files, &options.attributes, arguments.data(), environ);
  if (code != 0) return failed(program, "posix_spawn", code);
  // The number is ours until we reap it, so this cannot be another process.
  Descriptor watch(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  const int problem = errno;
  const bool watched = static_cast<bool>(watch);
  Child child(pid, std::move(watch));
  if (!watched) return failed(program, "pidfd_open", problem);
  return child;
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)), watch_(std::move(other.watch_)) {}

Child::~Child() {
  if (pid_ == 0) return;
  kill();
  bury();
}

void Child::kill() const {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);  // user code may have put it into another group
  ::kill(-pid_, SIGKILL);
}

Ending Child::bury() {
  // The group keeps its number until the process is reaped, and so this reaches nobody else.
  siginfo_t info{};
  const auto wait = [&](int how) {
    int result = 0;
    do {
      result = waitid(P_PID, static_cast<id_t>(pid_), &info, how);
    } while (result < 0 && errno == EINTR);
    return result == 0;
  };
  const bool ours = wait(WEXITED | WNOWAIT);
  if (ours) {
    kill();
    wait(WEXITED);
  }
  pid_ = 0;
  if (!ours) return {0, 0, false};
  const bool by_signal = info.si_code != CLD_EXITED;
  return {by_signal ? info.si_status : 0, by_signal ? 0 : info.si_status, true};
}

}  // namespace hermit::worker
