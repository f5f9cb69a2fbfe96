// Sockets: the system calls that lines and links are made of.
#pragma once

#include <sys/uio.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "worker/words.hpp"

namespace hermit::worker {

// Two connected sockets of a type (SOCK_…) that no child process inherits.
std::optional<std::pair<Descriptor, Descriptor>> socket_pair(int type);

// Sends all pieces, which are used up; false when the other end has gone.
bool send_all(int socket, std::vector<iovec>& pieces);

// One message with descriptors, over a socket of the type SOCK_SEQPACKET.
struct Packet {
  std::string bytes;
  std::vector<Descriptor> descriptors;
};

// The bytes of a packet: a word and a number, as a Reader reads them.
std::string packet(Word word, std::uint64_t number = 0);

bool send_packet(int socket, std::string_view bytes, const std::vector<int>& descriptors = {});

// Waits for one; nothing when the other end has gone. Descriptors that the process has no room for are
// missing.
std::optional<Packet> receive_packet(int socket);

// While one exists, the process may have a few more descriptors than its limit says: user code may have used
// up all others. [any-thread]
class SpareDescriptors {
 public:
  // To be called once, before user code: sees to it that the limit can be raised.
  static void keep();

  SpareDescriptors();
  ~SpareDescriptors();
  SpareDescriptors(const SpareDescriptors&) = delete;
  SpareDescriptors& operator=(const SpareDescriptors&) = delete;
};

}  // namespace hermit::worker
