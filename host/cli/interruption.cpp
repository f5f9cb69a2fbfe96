#include "cli/interruption.hpp"

#include <signal.h>
#include <unistd.h>

namespace hermit {
namespace {

constexpr int ending[] = {SIGINT, SIGTERM, SIGHUP};

// A handler has no other place for it.
volatile sig_atomic_t arrived = 0;

extern "C" void note_ending(int number) {
  if (arrived == 0) arrived = number;
}

void set_handler(int number, void (*handler)(int)) {
  struct sigaction before{}, action{};
  sigaction(number, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  action.sa_handler = handler;
  sigaction(number, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
  arrived = 0;
  for (const int number : ending) set_handler(number, note_ending);
}

Interruption::~Interruption() {
  for (const int number : ending) set_handler(number, SIG_DFL);
  arrived = 0;
}

int Interruption::signal() { return arrived; }

void Interruption::end_process() {
  const int number = arrived;
  set_handler(number, SIG_DFL);
  raise(number);
  _exit(128 + number);  // it was blocked
}

}  // namespace hermit
