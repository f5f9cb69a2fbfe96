#include "interface/zmq_frames.hpp"

#include <cstring>

#include "base/log.hpp"

namespace hermit {
namespace {

// Frames from this size on are lent to ZeroMQ instead of copied into its messages.
constexpr std::size_t lend_size = std::size_t{16} << 10;

// Keeps a lent frame alive.
struct Loan {
  Bytes frame;
  std::shared_ptr<Lent> lent;
};

void end_loan(void*, void* hint) {
  const std::unique_ptr<Loan> loan(static_cast<Loan*>(hint));
  if (loan->lent) loan->lent->give_back(loan->frame.size());
}

}  // namespace

bool Lent::is_full() {
  if (bytes_ < limit_) return false;
  asked_ = true;
  if (bytes_ >= limit_) return true;
  asked_ = false;  // it came back just now
  return false;
}

void Lent::give_back(std::size_t size) {
  const std::size_t left = bytes_.fetch_sub(size) - size;
  if (left <= limit_ / 2 && asked_.exchange(false)) returned_();
}

zmq::message_t to_part(const Bytes& frame, const std::shared_ptr<Lent>& lent) {
  if (frame.size() < lend_size) return zmq::message_t(frame.data(), frame.size());
  auto* const loan = new Loan{frame, lent};
  if (lent) lent->add(frame.size());
  return zmq::message_t(const_cast<char*>(loan->frame.data()), loan->frame.size(), end_loan, loan);
}

void send_frames(zmq::socket_t& socket, const std::vector<Bytes>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool last = i + 1 == frames.size();
    zmq::message_t part = to_part(frames[i]);
    const auto flags = zmq::send_flags::dontwait | (last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    if (!socket.send(part, flags)) {
      log::error("a message could not be handed to ZeroMQ and is lost");
      return;
    }
  }
}

std::vector<Bytes> receive_frames(zmq::socket_t& socket) {
  std::vector<zmq::message_t> parts;
  parts.reserve(8);
  std::size_t small = 0;
  do {
    if (!socket.recv(parts.emplace_back(), zmq::recv_flags::dontwait)) return {};
    if (parts.back().size() < lend_size) small += parts.back().size();
  } while (parts.back().more());

  // One piece of memory for all that is small. A part of ZeroMQ's keeps the whole buffer alive that it was
  // received with, 8 KiB and more, and headers are kept for long.
  const std::shared_ptr<char[]> copies = std::make_shared_for_overwrite<char[]>(small);
  std::size_t used = 0;
  std::vector<Bytes> frames;
  frames.reserve(parts.size());
  for (auto& part : parts) {
    if (part.size() >= lend_size) {
      const auto owner = std::make_shared<zmq::message_t>(std::move(part));
      frames.emplace_back(owner, owner->to_string_view());
      continue;
    }
    char* const copy = copies.get() + used;
    std::memcpy(copy, part.data(), part.size());
    used += part.size();
    frames.emplace_back(copies, std::string_view(copy, part.size()));
  }
  return frames;
}

}  // namespace hermit
