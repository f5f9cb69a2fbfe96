// LimitedLog: warnings that others cause, and as often as they like. A log tells of them, and is not filled
// by them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.hpp"

namespace hermit {

// The first warning of a kind is logged at once. Those of its kind that follow within `interval` are counted,
// and told of in one line after that. Usable on any thread.
class LimitedLog {
 public:
  using Clock = std::chrono::steady_clock;

  // How long what is counted may wait, if there is anybody to call tell().
  static constexpr std::chrono::seconds interval{10};

  LimitedLog() = default;
  LimitedLog(const LimitedLog&) = delete;
  LimitedLog& operator=(const LimitedLog&) = delete;
  // Tells what has been counted.
  ~LimitedLog() { tell(Clock::time_point::max()); }

  // Warns. There are few kinds, and no one else chooses them: what others have sent goes into `details`,
  // which the first line has behind the kind.
  void warn(std::string_view kind, std::string_view details = {}, Clock::time_point now = Clock::now());

  // Tells what has been counted long enough; returns when there is more to be told, nothing when nothing
  // waits.
  std::optional<Clock::time_point> tell(Clock::time_point now = Clock::now());

 private:
  struct Counted {
    std::uint64_t count = 0;    // since `since`, not told yet
    Clock::time_point since{};  // when a line was last written
  };

  static void tell_of(const std::string& kind, std::uint64_t count);

  Mutex mutex_;
  std::map<std::string, Counted, std::less<>> kinds_ GUARDED_BY(mutex_);
};

}  // namespace hermit
