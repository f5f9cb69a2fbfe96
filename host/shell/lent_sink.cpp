#include "shell/lent_sink.hpp"

#include <deque>
#include <exception>
#include <optional>
#include <thread>
#include <type_traits>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "shell/abi_text.hpp"

namespace hermit {

// A stand-in. It is used again for other calls, but never freed: a shell may call it at any time.
template <class Sink>
struct SinkSlot {
  Sink face;  // what the shell is given; fixed

  Mutex mutex;
  std::optional<Sink> to GUARDED_BY(mutex);  // the kernel's; nothing when no call is open
  std::thread::id thread GUARDED_BY(mutex);
  std::string shell GUARDED_BY(mutex);
  const char* function GUARDED_BY(mutex) = "";
  bool used GUARDED_BY(mutex) = false;

  SinkSlot();

  void open(const Sink& sink, const std::string& shell_name, const char* call) EXCLUDES(mutex) {
    Lock lock(mutex);
    to = sink;
    thread = std::this_thread::get_id();
    shell = shell_name;
    function = call;
    used = false;
  }

  void close() EXCLUDES(mutex) {
    Lock lock(mutex);
    to.reset();
  }

  // The kernel's sink when it may be called now with something that has this `problem`, or none; else says
  // in the log why not. `once`: what may be called a single time.
  std::optional<Sink> admit(const char* problem, bool once) EXCLUDES(mutex) {
    Lock lock(mutex);
    if (!to) return refuse("called a sink of", "after the call had returned");
    if (thread != std::this_thread::get_id()) return refuse("called a sink of", "on another thread");
    if (once && used) return refuse("called a sink of", "a second time");
    used = used || once;
    if (problem != nullptr) return refuse("filled a sink of", problem);
    return to;
  }

  std::nullopt_t refuse(const char* deed, const char* how) REQUIRES(mutex) {
    log::error("SHELL_MISBEHAVING {}: it {} {}: {}", shell, deed, function, how);
    return std::nullopt;
  }
};

namespace {

// The slots that no call has. The one that was given back first is used first, so that a sink which a shell
// has kept stays dead for long.
template <class Sink>
class Pool {
 public:
  SinkSlot<Sink>* take() EXCLUDES(mutex_) {
    Lock lock(mutex_);
    if (free_.size() < spare) return new SinkSlot<Sink>;
    auto* slot = free_.front();
    free_.pop_front();
    return slot;
  }

  void give_back(SinkSlot<Sink>* slot) EXCLUDES(mutex_) {
    Lock lock(mutex_);
    free_.push_back(slot);
  }

 private:
  static constexpr std::size_t spare = 64;

  Mutex mutex_;
  std::deque<SinkSlot<Sink>*> free_ GUARDED_BY(mutex_);
};

// Never destroyed: threads of a shell may outlive the process's globals.
template <class Sink>
Pool<Sink>& pool() {
  static auto& instance = *new Pool<Sink>;
  return instance;
}

template <class Sink>
SinkSlot<Sink>& slot_of(void* context) {
  return *static_cast<SinkSlot<Sink>*>(context);
}

// Calls the kernel's sink; nothing it throws reaches the shell.
template <class Call>
hermit_status guarded(Call call) noexcept {
  try {
    return call();
  } catch (const std::exception& error) {
    log::error("HOST_MISBEHAVING a sink failed: {}", error.what());
    return HERMIT_FAILED;
  }
}

template <class Sink, class Value>
void put(void* context, Value value) noexcept {
  guarded([&] {
    if (const auto to = slot_of<Sink>(context).admit(problem_of(value), true)) to->put(to->context, value);
    return HERMIT_OK;
  });
}

void put_range(void* context, std::uint64_t start, std::uint64_t end) noexcept {
  guarded([&] {
    const auto to = slot_of<hermit_match_sink>(context).admit(nullptr, true);
    if (to) to->range(to->context, start, end);
    return HERMIT_OK;
  });
}

hermit_status add_match(void* context, const hermit_match* match) noexcept {
  return guarded([&] {
    const auto to = slot_of<hermit_match_sink>(context).admit(problem_of(match), false);
    return to ? to->add(to->context, match) : HERMIT_INVALID;
  });
}

}  // namespace

template <class Sink>
SinkSlot<Sink>::SinkSlot() {
  if constexpr (std::is_same_v<Sink, hermit_match_sink>) {
    face = {this, put_range, add_match};
  } else if constexpr (std::is_same_v<Sink, hermit_text_sink>) {
    face = {this, put<Sink, hermit_text>};
  } else if constexpr (std::is_same_v<Sink, hermit_bundle_sink>) {
    face = {this, put<Sink, const hermit_bundle*>};
  } else {
    face = {this, put<Sink, const hermit_error*>};
  }
}

template <class Sink>
LentSink<Sink>::LentSink(const Sink& to, const std::string& shell, const char* function)
    : slot_(pool<Sink>().take()) {
  slot_->open(to, shell, function);
}

template <class Sink>
LentSink<Sink>::~LentSink() {
  slot_->close();
  pool<Sink>().give_back(slot_);
}

template <class Sink>
const Sink* LentSink<Sink>::get() const {
  return &slot_->face;
}

template class LentSink<hermit_text_sink>;
template class LentSink<hermit_bundle_sink>;
template class LentSink<hermit_error_sink>;
template class LentSink<hermit_match_sink>;

}  // namespace hermit
