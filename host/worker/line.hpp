// Line: a socket between one thread of the host and one of the worker, on which they take turns. A call
// across the process boundary is so much like one within a process as can be: the thread that calls waits,
// and what is called may call back meanwhile.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "worker/encoding.hpp"
#include "worker/words.hpp"

namespace hermit::worker {

// A word, and the values that came with it.
struct Frame {
  Word word;
  Reader values;
};

// Of one thread at a time.
class Line {
 public:
  explicit Line(Descriptor socket) : socket_(std::move(socket)) {}

  // The two ends of a new line; no value when there are no descriptors left.
  static std::optional<std::pair<Descriptor, Descriptor>> make_ends();

  // False when the other end has gone.
  bool send(Word word, const Writer& values = {});

  // Waits for a frame, which is valid until the next call. Nothing when the other end has gone, or sends what
  // is no frame.
  std::optional<Frame> receive();

  // True when receive() has met something that the other end may not send.
  bool broken() const { return broken_; }

 private:
  bool fill(std::size_t wanted);

  Descriptor socket_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // what was received and not given out lies between
  std::size_t end_ = 0;
  bool broken_ = false;
};

}  // namespace hermit::worker
