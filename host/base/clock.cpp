#include "base/clock.hpp"

#include <cstdio>
#include <ctime>

namespace hermit {
namespace {

// The calendar text of the second it was last asked for: messages come by the thousand a second.
struct Second {
  std::time_t time = -1;
  char text[24] = {};
};

}  // namespace

std::string utc_now() {
  thread_local Second second;
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  if (now.tv_sec != second.time) {
    std::tm calendar{};
    gmtime_r(&now.tv_sec, &calendar);
    std::strftime(second.text, sizeof second.text, "%Y-%m-%dT%H:%M:%S", &calendar);
    second.time = now.tv_sec;
  }
  char fraction[12];
  const int microseconds = static_cast<int>(now.tv_nsec / 1000);
  std::snprintf(fraction, sizeof fraction, ".%06dZ", microseconds);
  return std::string(second.text).append(fraction);
}

}  // namespace hermit
