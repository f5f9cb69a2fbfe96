#include "protocol/wire.hpp"

#include <algorithm>
#include <iterator>

namespace hermit {

Result<SignedMessage> read_frames(std::vector<Bytes> frames, const Signer& signer) {
  const auto delimiter = std::find_if(frames.begin(), frames.end(),
                                      [](const Bytes& frame) { return frame.view() == wire_delimiter; });
  if (delimiter == frames.end()) return Error{"it has no delimiter <IDS|MSG>"};
  constexpr std::ptrdiff_t fixed_frames = 6;  // delimiter, signature, header, parent, metadata, content
  if (frames.end() - delimiter < fixed_frames) {
    return Error{"it has fewer than the five frames that follow the delimiter"};
  }
  SignedMessage result;
  Message& message = result.message;
  result.signature = delimiter[1];
  message.header = delimiter[2];
  message.parent_header = delimiter[3];
  message.metadata = delimiter[4];
  message.content = delimiter[5];
  if (!signer.check(result.signature.view(), {message.header.view(), message.parent_header.view(),
                                              message.metadata.view(), message.content.view()})) {
    return Error{"its signature is wrong"};
  }
  message.buffers.assign(std::make_move_iterator(delimiter + fixed_frames),
                         std::make_move_iterator(frames.end()));
  frames.erase(delimiter, frames.end());
  message.idents = std::move(frames);
  return result;
}

std::vector<Bytes> write_frames(Message message, const Signer& signer) {
  std::string signature = signer.sign(
      {message.header.view(), message.parent_header.view(), message.metadata.view(), message.content.view()});
  std::vector<Bytes> frames = std::move(message.idents);
  frames.reserve(frames.size() + 6 + message.buffers.size());
  frames.push_back(Bytes::constant(wire_delimiter));
  frames.emplace_back(std::move(signature));
  frames.push_back(std::move(message.header));
  frames.push_back(std::move(message.parent_header));
  frames.push_back(std::move(message.metadata));
  frames.push_back(std::move(message.content));
  std::move(message.buffers.begin(), message.buffers.end(), std::back_inserter(frames));
  return frames;
}

}  // namespace hermit
