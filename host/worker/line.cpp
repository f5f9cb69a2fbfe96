#include "worker/line.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "worker/sockets.hpp"

namespace hermit::worker {
namespace {

struct Header {
  std::uint32_t word;
  std::uint32_t magic;
  std::uint64_t size;  // of the values, in bytes
};

// Tells a frame from what somebody has written by accident.
constexpr std::uint32_t magic = 0x48524d54;

// No message of a notebook is larger; a size above is rubbish.
constexpr std::uint64_t largest = std::uint64_t{1} << 34;

// What is received at once; a buffer that had to grow beyond is given back.
constexpr std::size_t usual_size = std::size_t{64} << 10;

}  // namespace

std::optional<std::pair<Descriptor, Descriptor>> Line::make_ends() { return socket_pair(SOCK_STREAM); }

bool Line::send(Word word, const Writer& values) {
  Header header{static_cast<std::uint32_t>(word), magic, values.size()};
  std::vector<iovec> pieces{{&header, sizeof header}};
  const auto rest = values.pieces();
  pieces.insert(pieces.end(), rest.begin(), rest.end());
  return send_all(socket_.get(), pieces);
}

// Receives until `wanted` bytes lie in the buffer.
bool Line::fill(std::size_t wanted) {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (buffer_.size() > usual_size && wanted <= usual_size) std::vector<char>(usual_size).swap(buffer_);
  }
  if (buffer_.size() - begin_ < std::max(wanted, sizeof(Header))) {
    if (begin_ < end_) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() < wanted) buffer_.resize(std::max(wanted, usual_size));
  }
  while (end_ - begin_ < wanted) {
#if defined(__SANITIZE_THREAD__)
    // It runs handlers of signals while poll() waits, but not while recv() does.
    pollfd item{socket_.get(), POLLIN, 0};
    poll(&item, 1, -1);
#endif
    const ssize_t size = recv(socket_.get(), buffer_.data() + end_, buffer_.size() - end_, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    end_ += static_cast<std::size_t>(size);
  }
  return true;
}

std::optional<Frame> Line::receive() {
  if (broken_ || !fill(sizeof(Header))) return std::nullopt;
  Header header;
  std::memcpy(&header, buffer_.data() + begin_, sizeof header);
  if (header.magic != magic || header.size > largest) {
    broken_ = true;
    return std::nullopt;
  }
  begin_ += sizeof header;
  const auto size = static_cast<std::size_t>(header.size);
  if (!fill(size)) return std::nullopt;
  const std::string_view values(buffer_.data() + begin_, size);
  begin_ += size;
  return Frame{static_cast<Word>(header.word), Reader(values)};
}

}  // namespace hermit::worker
