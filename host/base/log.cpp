#include "base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace hermit::log {
namespace {

constexpr const char* text_pattern = "[hermit %H:%M:%S.%e %l] %v";

// Only the owner may read what a shell has logged.
constexpr mode_t log_file_mode = 0600;

std::atomic<Format> current_format = Format::text;

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

const char* level_name(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warning";
    default:
      return "error";
  }
}

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const nlohmann::json object = {{"time", utc_now()},
                                   {"level", level_name(message.level)},
                                   {"pid", getpid()},
                                   {"message", std::string(message.payload.data(), message.payload.size())}};
    // A shell may have given bytes that are no text.
    const std::string text = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    line.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

// While a listener runs on this thread: what it logs must not go to the listeners again.
thread_local bool in_listener = false;

// Where lines go: to the listeners, or without any to a file or standard error, which are not buffered.
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
  // On the thread of a listener alone, which has the lock.
  int descriptor() const { return descriptor_; }
  void set_file(const std::filesystem::path& path, Descriptor file) {
    const std::lock_guard lock(mutex_);
    path_ = path;
    file_ = std::move(file);
  }
  std::filesystem::path file() {
    const std::lock_guard lock(mutex_);
    return path_;
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
      return write_all(file_ ? file_.get() : descriptor_, std::string_view(text.data(), text.size()));
    }
    std::string_view line(text.data(), text.size());
    if (line.ends_with('\n')) line.remove_suffix(1);
    struct Inside {
      Inside() { in_listener = true; }
      ~Inside() { in_listener = false; }
    } const inside;
    for (const auto* take : listeners_) (*take)(line);
  }
  void flush_() override {}

  int descriptor_ = STDERR_FILENO;
  std::filesystem::path path_;
  Descriptor file_;  // of `path_`, or none
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
    made->set_pattern(text_pattern);
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return instance;
}

// Without the lock that the logger holds while it calls a listener.
void write_from_listener(Level level, std::string_view line) {
  if (!enabled(level)) return;
  const spdlog::details::log_msg message("hermit", to_spdlog(level),
                                         spdlog::string_view_t(line.data(), line.size()));
  spdlog::memory_buf_t text;
  if (current_format == Format::json) {
    JsonFormatter().format(message, text);
  } else {
    spdlog::pattern_formatter(text_pattern).format(message, text);
  }
  write_all(outlet()->descriptor(), std::string_view(text.data(), text.size()));
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

void set_format(Format format) {
  current_format = format;
  if (format == Format::json) {
    logger().set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger().set_formatter(std::make_unique<spdlog::pattern_formatter>(text_pattern));
  }
}

Result<void> open_file(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto path = std::filesystem::absolute(file, ignored);
  // Not to wait for the reader of a pipe; then or at a write.
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  Descriptor opened(open(path.c_str(), flags, log_file_mode));
  if (!opened) return Error{file.string() + ": cannot be written: " + std::strerror(errno)};
  outlet()->set_file(path, std::move(opened));
  return {};
}

Style style() { return {level(), current_format, outlet()->file()}; }

Result<void> set_style(const Style& style) {
  set_level(style.level);
  set_format(style.format);
  outlet()->set_file({}, {});
  return style.file.empty() ? Result<void>() : open_file(style.file);
}

void set_descriptor(int descriptor) { outlet()->set_descriptor(descriptor); }

void write(Level level, std::string_view line) {
  if (in_listener) return write_from_listener(level, line);
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

Listener::Listener(Take take) : take_(std::move(take)) { outlet()->add(take_); }

Listener::~Listener() { outlet()->remove(take_); }

}  // namespace hermit::log
