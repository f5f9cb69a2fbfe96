#include "interface/signals.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hermit {
namespace {

// The write end of the pipe, for the handler. Lives as long as the process.
volatile sig_atomic_t write_end = -1;

extern "C" void note_signal(int number) {
  const int before = errno;
  const auto byte = static_cast<unsigned char>(number);
  // A full pipe holds thousands of signals that nobody has looked at: one more says nothing new.
  [[maybe_unused]] const auto written = write(write_end, &byte, 1);
  errno = before;
}

// SIGPIPE is caught and ignored, not SIG_IGN, which child processes would inherit.
extern "C" void ignore_signal(int) {}

}  // namespace

Result<Signals> Signals::install() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return Error{std::string("no pipe: ") + std::strerror(errno)};
  write_end = ends[1];
  struct sigaction action{};
  action.sa_flags = SA_RESTART;  // what a cell reads or writes goes on after a signal
  sigfillset(&action.sa_mask);
  action.sa_handler = note_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // The terminal has gone; not when whoever started us wants us to go on then, as nohup does.
  struct sigaction hangup{};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  action.sa_handler = ignore_signal;
  sigaction(SIGPIPE, &action, nullptr);
  // Whoever started us may have had it ignored: then nobody could tell how a child process has ended.
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, nullptr);
  return Signals(Descriptor(ends[0]));
}

int Signals::next() const {
  unsigned char byte = 0;
  return read(read_end_.get(), &byte, 1) == 1 ? byte : 0;
}

}  // namespace hermit
