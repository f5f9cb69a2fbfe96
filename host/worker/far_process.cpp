#include "worker/far_process.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/log.hpp"
#include "worker/far_end.hpp"

namespace hermit::worker {
namespace {

// Ends the process and all that it has started.
[[noreturn]] void end_group() {
  kill(0, SIGKILL);
  _exit(1);
}

// Of this process and of the one that started it.
pid_t self = 0;
pid_t host = 0;

// Sent by the system when the thread has ended that started this process, and by whoever lets it go on after
// a stop. It is this signal and no other since a stopped process has to go on before it can end its group.
extern "C" void on_continued(int) {
  if (getpid() == self && getppid() != host) end_group();
}

// Caught and not ignored, which child processes would inherit.
extern "C" void on_signal(int) {}

void limit(__rlimit_resource_t resource, const char* name, std::uint64_t value) {
  if (value == 0) return;
  // At the first limit of processor time comes SIGXCPU, at the second SIGKILL, which would say nothing.
  const rlimit limits{value, resource == RLIMIT_CPU ? value + 1 : value};
  if (setrlimit(resource, &limits) != 0) log::warning("the setting {} cannot be applied here", name);
}

}  // namespace

ino_t inode_of(int descriptor) {
  struct stat file{};
  fstat(descriptor, &file);
  return file.st_ino;
}

void end_without_host(int link, ino_t inode) {
  if (inode_of(link) != inode) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, closed_pipe_signal());
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    raise(closed_pipe_signal());
  }
  end_group();
}

int interrupt_signal() { return SIGRTMAX - 1; }

void take_signals() {
  pthread_setname_np(pthread_self(), "hermit-worker");  // it would be that of the link it was started by
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(interrupt_signal(), &action, nullptr);  // a system call that waits returns
  action.sa_flags = SA_RESTART;                     // meant for the child processes of cells: it goes on
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) sigaction(signal, &action, nullptr);
  self = getpid();
  host = getppid();
  action.sa_handler = on_continued;
  sigaction(SIGCONT, &action, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGCONT);
  // What has come until now was not for this process either.
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

void apply(const WorkerLimits& limits) {
  limit(RLIMIT_AS, "memory_limit", limits.memory);
  limit(RLIMIT_CPU, "cpu_limit", limits.cpu_seconds);
  limit(RLIMIT_NPROC, "process_limit", limits.processes);
}

// What static objects do at an exit, beside threads that
// still run, would only put a crash behind a good end; the tools that look for leaks need it.
void leave() {
  std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__)
  std::exit(0);
#else
  _exit(0);
#endif
}

}  // namespace hermit::worker
