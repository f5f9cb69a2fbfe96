#include "interface/zmq_questions.hpp"

#include <utility>

#include "base/log.hpp"
#include "interface/zmq_frames.hpp"

namespace hermit {
namespace {

// How long a client may take to connect.
constexpr auto patience = std::chrono::seconds(30);

}  // namespace

// False when the client is not connected.
bool Questions::send(const std::vector<Bytes>& frames) {
  try {
    send_frames(socket_, frames);
    return true;
  } catch (const zmq::error_t& error) {
    if (error.num() == EHOSTUNREACH) return false;
    throw;
  }
}

void Questions::ask(std::vector<Bytes> frames) {
  if (!send(frames)) waiting_.push_back({std::move(frames), std::chrono::steady_clock::now() + patience});
}

void Questions::retry() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(waiting_, [&](const Question& question) {
    if (send(question.frames)) return true;
    if (now < question.give_up) return false;
    log::warning("a client could not be asked for input: it has no connection on stdin");
    return true;
  });
}

}  // namespace hermit
