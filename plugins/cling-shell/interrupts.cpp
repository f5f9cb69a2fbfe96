// The book-keeping of interrupts, the signal, and the jump.
#include "interrupts.hpp"

#include <signal.h>

#include <cstdlib>
#include <exception>

namespace hermit::cling_shell {

std::atomic<int> interrupt_flag = 0;

namespace {

// Linux leaves the signals above SIGRTMIN to programs; the lowest are taken by debuggers and by other
// libraries.
int wake_signal() { return SIGRTMIN + 7; }

// How long a cell may take to end by itself.
constexpr std::chrono::milliseconds patience{500};

// How a thread is told to leave rather than only to wake.
std::atomic<bool> must_leave = false;

void on_signal(int) {
  Lane* lane = lane_of_thread();
  if (lane == nullptr || !lane->runs || !lane->interrupted || !must_leave) return;
  lane->runs = false;
  siglongjmp(lane->leave, 1);
}

// What would end the process ends the cell, when it is a cell's thread: destructors do not run.
void on_terminate() {
  Lane* lane = lane_of_thread();
  if (lane != nullptr && lane->runs) {
    lane->runs = false;
    siglongjmp(lane->leave, 1);
  }
  std::abort();
}

}  // namespace

Lane*& lane_of_thread() {
  thread_local Lane* lane = nullptr;
  return lane;
}

extern "C" void hermit_cpp_check() {
  Lane* lane = lane_of_thread();
  // Nothing is thrown while something else is being cleared up for.
  if (lane != nullptr && lane->runs && lane->interrupted && std::uncaught_exceptions() == 0)
    throw Interruption{};
}

Interrupts::Interrupts() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(wake_signal(), &action, nullptr);
  std::set_terminate(on_terminate);
}

Interrupts::~Interrupts() {
  {
    const std::lock_guard<std::mutex> guard(requests_.mutex());
    ended_ = true;
  }
  changed_.notify_all();
  if (watch_.joinable()) watch_.join();
}

void Interrupts::begin(Lane& lane, hermit_request request) {
  lane.request = request;
  lane.thread = pthread_self();
  requests_.begin(request, lane, [&](bool asked) {
    lane.interrupted = asked;
    if (asked) ++interrupt_flag;
  });
}

void Interrupts::end(Lane& lane) {
  requests_.end(lane.request, lane, [&] {
    if (lane.interrupted) --interrupt_flag;
  });
}

void Interrupts::ask(hermit_request request) {
  requests_.interrupt(request, [&](Lane& lane) {
    if (!lane.interrupted.exchange(true)) ++interrupt_flag;
    must_leave = false;
    pthread_kill(lane.thread, wake_signal());
    due_.push_back({request, std::chrono::steady_clock::now() + patience});
    if (!watch_.joinable()) watch_ = std::thread([this] { watch(); });
    changed_.notify_all();
  });
}

// Ends by force what takes no notice.
void Interrupts::watch() {
  std::unique_lock<std::mutex> guard(requests_.mutex());
  while (!ended_) {
    if (due_.empty()) {
      changed_.wait(guard);
      continue;
    }
    const Due next = due_.front();
    if (std::chrono::steady_clock::now() < next.time) {
      changed_.wait_until(guard, next.time);
      continue;
    }
    due_.pop_front();
    const Lane* lane = requests_.server_of(next.request);
    if (lane == nullptr || !lane->interrupted) continue;
    must_leave = true;
    pthread_kill(lane->thread, wake_signal());
  }
}

}  // namespace hermit::cling_shell
