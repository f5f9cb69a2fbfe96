// A child with a pipe. It has only this thread: the lock of the compiler is held when it is made.
#include "look.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <mutex>
#include <system_error>

#include "lane.hpp"
#include "session.hpp"

namespace hermit::cling_shell {
namespace {

// How long a copy may take. Clang needs some ten milliseconds as a rule.
constexpr std::chrono::seconds patience{10};
// How long it is waited for the lock, which a compilation may hold.
constexpr std::chrono::seconds turn_patience{1};
// How often an interrupt is looked for meanwhile.
constexpr int glance_milliseconds = 20;

void write_all(int descriptor, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t count = write(descriptor, text.data() + at, text.size() - at);
    if (count > 0) at += static_cast<size_t>(count);
    if (count < 0 && errno != EINTR) return;
  }
}

}  // namespace

std::string look(Session& session, Lane& lane, const std::function<std::string()>& work) {
  std::string answer;
  int ends[2];
  pid_t child = -1;
  const auto end = std::chrono::steady_clock::now() + patience;
  {
    const auto turn = session.turn(lane, std::chrono::steady_clock::now() + turn_patience);
    if (!turn && lane.interrupted) throw sdk::Interrupted{};
    if (!turn) return answer;
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    child = fork();
    if (child == 0) {
      close(ends[0]);
      write_all(ends[1], work());
      _exit(0);
    }
  }
  const int trouble = errno;
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    throw std::system_error(trouble, std::generic_category(), "fork");
  }
  bool is_whole = false;
  while (!is_whole && !lane.interrupted && std::chrono::steady_clock::now() < end) {
    pollfd wanted = {ends[0], POLLIN, 0};
    if (poll(&wanted, 1, glance_milliseconds) <= 0) continue;
    char bytes[65536];
    const ssize_t count = read(ends[0], bytes, sizeof bytes);
    if (count > 0) answer.append(bytes, static_cast<size_t>(count));
    is_whole = count == 0;
  }
  close(ends[0]);
  if (!is_whole) {
    kill(child, SIGKILL);
    answer.clear();
  }
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (lane.interrupted) throw sdk::Interrupted{};
  return answer;
}

}  // namespace hermit::cling_shell
