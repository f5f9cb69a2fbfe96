#include "base/limited_log.hpp"

#include <algorithm>
#include <utility>

#include "base/excerpt.hpp"
#include "base/log.hpp"

namespace hermit {

void LimitedLog::warn(std::string_view kind, std::string_view details, Clock::time_point now) {
  std::uint64_t before = 0;
  {
    Lock lock(mutex_);
    const auto [found, is_first] = kinds_.try_emplace(std::string(kind));
    Counted& counted = found->second;
    if (!is_first && now - counted.since < interval) {
      ++counted.count;
      return;
    }
    before = std::exchange(counted.count, 0);
    counted.since = now;
  }
  if (before > 0) tell_of(std::string(kind), before);
  log::warning("{}{}{}", kind, details.empty() ? "" : ": ", excerpt(details));
}

std::optional<LimitedLog::Clock::time_point> LimitedLog::tell(Clock::time_point now) {
  std::optional<Clock::time_point> next;
  std::map<std::string, std::uint64_t> due;
  {
    Lock lock(mutex_);
    for (auto& [kind, counted] : kinds_) {
      if (counted.count == 0) continue;
      const Clock::time_point then = counted.since + interval;
      if (now < then) {
        next = next ? std::min(*next, then) : then;
      } else {
        due[kind] = std::exchange(counted.count, 0);
        counted.since = now;
      }
    }
  }
  for (const auto& [kind, count] : due) tell_of(kind, count);
  return next;
}

void LimitedLog::tell_of(const std::string& kind, std::uint64_t count) {
  log::warning("{}: {} more since that was last logged", kind, count);
}

}  // namespace hermit
