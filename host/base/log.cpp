#include "base/log.hpp"

#include <unistd.h>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

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

// A logger of our own, not spdlog's registry: a program that embeds Hermit may use that itself.
// Never destroyed: a thread may still log while the process exits.
spdlog::logger& logger() {
  static auto& instance = *[] {
    auto* made = new spdlog::logger("hermit", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("[hermit %H:%M:%S.%e %l] %v");
    made->set_level(spdlog::level::warn);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return instance;
}

}  // namespace

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void write(Level level, std::string_view line) {
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace hermit::log
