#include "interface/parent_watch.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/log.hpp"

namespace hermit {
namespace {

// The number in JPY_PARENT_PID, which jupyter_client sets; 0 when there is none.
pid_t announced_parent() {
  const char* text = std::getenv("JPY_PARENT_PID");
  if (text == nullptr) return 0;
  pid_t pid = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, pid);
  return error == std::errc() && rest == end && pid > 0 ? pid : 0;
}

}  // namespace

Descriptor watch_parent() {
  const pid_t parent = announced_parent();
  if (parent <= 1) return {};
  if (getppid() != parent) {
    log::info("JPY_PARENT_PID {} is not the parent of this process; it is not watched", parent);
    return {};
  }
  Descriptor watch(static_cast<int>(syscall(SYS_pidfd_open, parent, 0)));
  if (!watch) log::warning("the parent process {} cannot be watched", parent);
  // It may have ended, and its number been given anew, between the two calls.
  if (getppid() != parent) return {};
  return watch;
}

}  // namespace hermit
