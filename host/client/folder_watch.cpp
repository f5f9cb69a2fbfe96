#include "client/folder_watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>

namespace hermit {

using Clock = std::chrono::steady_clock;

FolderWatch::FolderWatch(const std::filesystem::path& folder)
    : events_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  inotify_add_watch(events_.get(), folder.c_str(), IN_MOVED_TO | IN_CREATE | IN_DELETE);
}

bool FolderWatch::wait(int other, Clock::time_point deadline) const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd items[] = {{events_.get(), POLLIN, 0}, {other, POLLIN, 0}};
  if (poll(items, 2, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30))) <= 0) return false;
  char events[4096];
  [[maybe_unused]] const auto got = read(events_.get(), events, sizeof events);
  return true;
}

}  // namespace hermit
