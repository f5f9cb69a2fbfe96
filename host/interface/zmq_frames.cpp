#include "interface/zmq_frames.hpp"

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

}  // namespace hermit
