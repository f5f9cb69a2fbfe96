// Wire: a message as the frames that ZeroMQ carries. Jupyter messaging: "The Wire Protocol".
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "protocol/message.hpp"
#include "protocol/signature.hpp"

namespace hermit {

// The frame between the identities and the signature.
inline constexpr std::string_view wire_delimiter = "<IDS|MSG>";

// Frames as received, and the signature among them.
struct SignedMessage {
  Message message;
  Bytes signature;
};

// Takes a message apart. Checks the signature over the bytes received; says why a message is refused.
// [any-thread]
Result<SignedMessage> read_frames(std::vector<Bytes> frames, const Signer& signer);

// Signs a message and puts it together. [any-thread]
std::vector<Bytes> write_frames(Message message, const Signer& signer);

}  // namespace hermit
