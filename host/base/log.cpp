#include "base/log.hpp"

#include <unistd.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "base/file.hpp"

namespace hermit::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

// Where lines go: to the listeners, or without any to standard error, which is not buffered.
class Outlet final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void add(const Listener::Take& take) {
    const std::lock_guard lock(mutex_);
    listeners_.push_back(&take);
  }
  void set_descriptor(int descriptor) {
    const std::lock_guard lock(mutex_);
    descriptor_ = descriptor;
  }
  void remove(const Listener::Take& take) {
    const std::lock_guard lock(mutex_);
    std::erase(listeners_, &take);
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    if (listeners_.empty()) {
      return write_all(descriptor_, std::string_view(text.data(), text.size()));
    }
    std::string_view line(text.data(), text.size());
    if (line.ends_with('\n')) line.remove_suffix(1);
    for (const auto* take : listeners_) (*take)(line);
  }
  void flush_() override {}

  int descriptor_ = STDERR_FILENO;
  std::vector<const Listener::Take*> listeners_;
};

// Never destroyed, as the logger is not.
std::shared_ptr<Outlet>& outlet() {
  static auto& instance = *new std::shared_ptr<Outlet>(std::make_shared<Outlet>());
  return instance;
}

// A logger of our own, not spdlog's registry: a program that embeds Hermit may use that itself.
// Never destroyed: a thread may still log while the process exits.
spdlog::logger& logger() {
  static auto& instance = *[] {
    auto* made = new spdlog::logger("hermit", outlet());
    made->set_pattern("[hermit %H:%M:%S.%e %l] %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return instance;
}

}  // namespace

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

Level level() {
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
    if (enabled(level)) return level;
  }
  return Level::off;
}

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void set_descriptor(int descriptor) { outlet()->set_descriptor(descriptor); }

void write(Level level, std::string_view line) {
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

Listener::Listener(Take take) : take_(std::move(take)) { outlet()->add(take_); }

Listener::~Listener() { outlet()->remove(take_); }

}  // namespace hermit::log
