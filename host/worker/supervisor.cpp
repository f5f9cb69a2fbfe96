#include "worker/supervisor.hpp"

#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"

namespace hermit::worker {
namespace {

// So many workers in a row that die before they have done anything are enough.
constexpr int tries = 3;

constexpr std::size_t remembered_interrupts = 1000;

// One that dies after so long has not died at its start.
constexpr std::chrono::seconds a_life{5};

}  // namespace

Supervisor::Supervisor(WorkerOptions options, ShellHost& host, std::thread::id main)
    : options_(std::move(options)), host_(host) {
  thread_ = start_quiet_thread("hermit-worker", [this, main] { run(main); });
}

Supervisor::~Supervisor() {
  std::shared_ptr<Worker> last;
  {
    Lock lock(mutex_);
    ending_ = true;
    last = worker_;
  }
  changed_.notify_all();
  if (last != nullptr) last->let_end();
  thread_.join();
}

Result<std::shared_ptr<Worker>> Supervisor::worker(const Worker* dead) {
  for (std::shared_ptr<Worker> worker;;) {
    {
      // One that has died, or has not made its shell, is followed by another, or by an error.
      Lock lock(mutex_);
      while ((worker_ == nullptr || worker_.get() == dead) && !given_up_) changed_.wait(lock);
      if (given_up_) return *given_up_;
      worker = worker_;
    }
    if (worker->wait_until_made()) return worker;
    dead = worker.get();
  }
}

void Supervisor::note_interrupt(hermit_request request) {
  Lock lock(mutex_);
  interrupted_.insert(request);
  // Those that had just ended are never asked for; the oldest have the smallest numbers.
  if (interrupted_.size() > remembered_interrupts) interrupted_.erase(interrupted_.begin());
}

bool Supervisor::take_interrupt(hermit_request request) {
  Lock lock(mutex_);
  return interrupted_.erase(request) > 0;
}

std::shared_ptr<Worker> Supervisor::worker_now() const {
  Lock lock(mutex_);
  return worker_;
}

void Supervisor::give_up_starting() {
  std::shared_ptr<Worker> starting;
  {
    Lock lock(mutex_);
    if (!given_up_ && (worker_ == nullptr || !worker_->is_made())) {
      given_up_ = Error{"the kernel ends, and the shell has not started yet"};
    }
    starting = worker_;
  }
  changed_.notify_all();
  if (starting != nullptr && !starting->is_made()) starting->condemn(ended_with_kernel);
}

// Counts a start that has failed; false when there shall be no further one.
bool Supervisor::try_again(const Error& problem) {
  Lock lock(mutex_);
  if (ending_ || given_up_) return false;
  const bool refused = problem.exit != Exit::failed;
  if (!refused && ++failures_ < tries) return true;
  given_up_ = problem;
  if (!refused) {
    given_up_->message = "the shell does not start: " + problem.message + ", and so did the " +
                         std::to_string(tries - 1) + " before it; restart the kernel to try again";
  }
  log::error("{}", given_up_->message);
  changed_.notify_all();
  return false;
}

void Supervisor::run(std::thread::id main) {
  for (;;) {
    const auto started = std::chrono::steady_clock::now();
    auto worker = Worker::start(options_, host_, main);
    if (!worker) {
      if (!try_again(worker.error())) return;
      continue;
    }
    {
      Lock lock(mutex_);
      if (ending_) return;
      worker_ = *worker;
    }
    changed_.notify_all();
    (*worker)->watch();
    const auto made = (*worker)->wait_until_made();
    const Death death = (*worker)->death();
    bool ending = false;
    {
      Lock lock(mutex_);
      worker_ = nullptr;
      ending = ending_;
    }
    if (ending) return;
    if (made) log::warning("the shell's process {}", death.what);
    const bool has_lived = std::chrono::steady_clock::now() - started > a_life;
    if (made && ((*worker)->requests().was_used() || has_lived)) {
      Lock lock(mutex_);
      failures_ = 0;
    } else if (!try_again(made ? Error{"its process " + death.what} : made.error())) {
      return;
    }
  }
}

}  // namespace hermit::worker
