#include "embed/kernel.hpp"

#include <signal.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/thread.hpp"
#include "embed/callback.hpp"
#include "embed/parts.hpp"

namespace {

using hermit::Error;
using hermit::Exit;
using hermit::Interface;

std::atomic<hermit_kernel*> running{nullptr};

hermit_kernel::Failure failure_of(const Error& error) {
  return {error.exit == Exit::usage ? HERMIT_INVALID : HERMIT_FAILED, error.message};
}

// So many milliseconds from now, or the end of time.
hermit_kernel::Clock::time_point in(std::uint64_t milliseconds) {
  constexpr auto longest = std::chrono::milliseconds(std::chrono::hours(24 * 365));
  const auto wait = std::min<std::uint64_t>(milliseconds, longest.count());
  return hermit_kernel::Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(wait));
}

// The thread is the lane for a scope.
class OnLane {
 public:
  explicit OnLane(std::atomic<std::thread::id>& lane) : lane_(lane) { lane_ = std::this_thread::get_id(); }
  ~OnLane() { lane_ = std::thread::id(); }
  OnLane(const OnLane&) = delete;
  OnLane& operator=(const OnLane&) = delete;

 private:
  std::atomic<std::thread::id>& lane_;
};

}  // namespace

hermit_kernel::hermit_kernel(const hermit_options& options) : options_(options) {
  if (options_.log == nullptr) return;
  listener_.emplace([this](std::string_view line) {
    hermit::embed::call_program("log", [&] { options_.log(options_.context, {line.data(), line.size()}); });
  });
}

hermit_kernel::~hermit_kernel() = default;

hermit_kernel* hermit_kernel::instance() { return running; }

bool hermit_kernel::is_inside() const {
  return hermit::embed::in_callback || on_lane_ == std::this_thread::get_id();
}

std::uint32_t hermit_kernel::state() const {
  std::uint32_t state = 0;
  if (interface_->started().has_happened()) state |= HERMIT_STARTED;
  if (interface_->stopping().has_happened()) state |= HERMIT_STOPPING;
  if (stopped_.has_happened()) state |= HERMIT_STOPPED;
  return state;
}

// Makes the interface, and takes the place of the one kernel.
std::optional<hermit_kernel::Failure> hermit_kernel::prepare() {
  auto parts = hermit::embed::parts_of(options_);
  if (!parts) return failure_of(parts.error());
  interface_ = Interface::make(std::move(*parts));
  if (options_.connection.size > 0) {
    const auto loaded = interface_->load_connection({options_.connection.data, options_.connection.size});
    if (!loaded) return Failure{HERMIT_INVALID, loaded.error().message};
  }
  hermit_kernel* none = nullptr;
  if (running.compare_exchange_strong(none, this)) return std::nullopt;
  return Failure{HERMIT_REFUSED,
                 "a kernel runs already in this process; there can be another once it has stopped"};
}

std::optional<hermit_kernel::Failure> hermit_kernel::begin(Interface::Pumped pumped) {
  const auto begun = interface_->begin(pumped);
  if (begun) return std::nullopt;
  running = nullptr;
  return failure_of(begun.error());
}

std::optional<hermit_kernel::Failure> hermit_kernel::start() {
  if (auto failure = prepare()) return failure;
  if (is_pumped()) {
    const OnLane lane(on_lane_);
    return begin(Interface::Pumped::yes);
  }
  // The program says which signals its threads take, this one too.
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  lane_ = hermit::start_thread("hermit-main", mask, [this] { run_lane(); });
  begun_.wait_until(in(std::numeric_limits<std::uint64_t>::max()));
  if (failure_) lane_.join();
  return failure_;
}

// On the lane's own thread.
void hermit_kernel::run_lane() {
  const OnLane lane(on_lane_);
  failure_ = begin(Interface::Pumped::no);
  begun_.happen();
  if (failure_) return;
  interface_->serve();
  finish();
}

std::optional<hermit_kernel::Failure> hermit_kernel::launch() {
  if (auto failure = prepare()) return failure;
  const OnLane lane(on_lane_);
  if (auto failure = begin(Interface::Pumped::no)) return failure;
  interface_->serve();
  finish();
  return std::nullopt;
}

// Ends what is left, and tells the program. On the lane.
void hermit_kernel::finish() {
  interface_->end();
  running = nullptr;
  hermit::embed::call_program("stopped", [&] {
    if (options_.stopped != nullptr) options_.stopped(options_.context);
  });
  stopped_.happen();
}

hermit_status hermit_kernel::wait(std::uint64_t milliseconds) {
  if (has_stopped()) return HERMIT_OK;
  if (is_pumped() || is_inside()) return HERMIT_REFUSED;
  return stopped_.wait_until(in(milliseconds)) ? HERMIT_OK : HERMIT_PENDING;
}

hermit_status hermit_kernel::pump(std::uint64_t milliseconds) {
  if (!is_pumped()) return HERMIT_UNSUPPORTED;
  if (is_inside()) return HERMIT_REFUSED;
  if (has_stopped()) return HERMIT_STALE;
  const OnLane lane(on_lane_);
  if (interface_->run_due(in(milliseconds))) return HERMIT_OK;
  finish();
  return HERMIT_STALE;
}

void hermit_kernel::end() {
  interface_->stop();
  if (lane_.joinable()) {
    lane_.join();
  } else if (is_pumped() && !has_stopped()) {
    const OnLane lane(on_lane_);
    finish();
  }
}
