#include "worker/sockets.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/mutex.hpp"

namespace hermit::worker {
namespace {

// The largest packet, and the most descriptors that come with one.
constexpr std::size_t packet_size = std::size_t{32} << 10;
constexpr std::size_t most_descriptors = 4;

constexpr rlim_t spare_descriptors = 16;

// The limit is the process's: the first raises it, the last puts it back.
Mutex limit_mutex;
int limit_users = 0;
rlimit usual_limit{};
rlimit raised_limit{};

}  // namespace

void SpareDescriptors::keep() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max - limit.rlim_cur >= spare_descriptors || limit.rlim_cur <= 2 * spare_descriptors) return;
  limit.rlim_cur -= spare_descriptors;
  setrlimit(RLIMIT_NOFILE, &limit);
}

SpareDescriptors::SpareDescriptors() {
  Lock lock(limit_mutex);
  if (limit_users++ > 0) return;
  getrlimit(RLIMIT_NOFILE, &usual_limit);
  raised_limit = usual_limit;
  raised_limit.rlim_cur = std::min(usual_limit.rlim_cur + spare_descriptors, usual_limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &raised_limit);
}

SpareDescriptors::~SpareDescriptors() {
  Lock lock(limit_mutex);
  rlimit now{};
  if (--limit_users > 0 || getrlimit(RLIMIT_NOFILE, &now) != 0) return;
  if (now.rlim_cur == raised_limit.rlim_cur)
    setrlimit(RLIMIT_NOFILE, &usual_limit);  // else somebody set another
}

std::optional<std::pair<Descriptor, Descriptor>> socket_pair(int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return std::nullopt;
  return std::pair(moved_up(Descriptor(ends[0])), moved_up(Descriptor(ends[1])));
}

bool send_all(int socket, std::vector<iovec>& pieces) {
  std::size_t first = 0;
  while (first < pieces.size()) {
    msghdr message{};
    message.msg_iov = pieces.data() + first;
    message.msg_iovlen = std::min<std::size_t>(pieces.size() - first, IOV_MAX);
    const ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    auto left = static_cast<std::size_t>(sent);
    while (first < pieces.size() && left >= pieces[first].iov_len) left -= pieces[first++].iov_len;
    if (left == 0) continue;
    pieces[first].iov_base = static_cast<char*>(pieces[first].iov_base) + left;
    pieces[first].iov_len -= left;
  }
  return true;
}

std::string packet(Word word, std::uint64_t number) {
  const std::array<std::uint64_t, 2> values{static_cast<std::uint64_t>(word), number};
  return std::string(reinterpret_cast<const char*>(values.data()), sizeof values);
}

bool send_packet(int socket, std::string_view bytes, const std::vector<int>& descriptors) {
  iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
  if (!descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size() * sizeof(int));
  }
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(bytes.size());
}

std::optional<Packet> receive_packet(int socket) {
  Packet packet;
  packet.bytes.resize(packet_size);
  iovec piece{packet.bytes.data(), packet.bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  pollfd item{socket, POLLIN, 0};
  while (poll(&item, 1, -1) < 0 && errno == EINTR) continue;
  const SpareDescriptors spare;
  ssize_t size = 0;
  do {
    size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  for (cmsghdr* rights = CMSG_FIRSTHDR(&message); size >= 0 && rights != nullptr;
       rights = CMSG_NXTHDR(&message, rights)) {
    if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) continue;
    std::vector<int> numbers((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(numbers.data(), CMSG_DATA(rights), numbers.size() * sizeof(int));
    for (const int number : numbers) packet.descriptors.push_back(moved_up(Descriptor(number)));
  }
  if (size <= 0) return std::nullopt;
  packet.bytes.resize(static_cast<std::size_t>(size));
  return packet;
}

}  // namespace hermit::worker
