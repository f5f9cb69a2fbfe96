#include "worker/encoding.hpp"

#include <cstring>

#include "shell/abi_text.hpp"

namespace hermit::worker {
namespace {

// Text above this is lent: a piece of its own costs about as much as copying this many bytes.
constexpr std::size_t copied_text = 4096;

constexpr std::size_t number_size = sizeof(std::uint64_t);

}  // namespace

Writer& Writer::number(std::uint64_t value) {
  copied_.append(reinterpret_cast<const char*>(&value), sizeof value);
  return *this;
}

Writer& Writer::text(std::string_view text) {
  number(text.size());
  if (text.size() <= copied_text) {
    copied_.append(text);
  } else {
    lent_.push_back({copied_.size(), text});
    lent_size_ += text.size();
  }
  return *this;
}

Writer& Writer::text(hermit_text text) { return this->text(view(text)); }

Writer& Writer::error(const hermit_error& error) {
  text(error.name).text(error.value).number(error.traceback_size);
  for (std::size_t i = 0; i < error.traceback_size; ++i) text(error.traceback[i]);
  return *this;
}

Writer& Writer::bundle(const hermit_bundle& bundle) {
  text(bundle.metadata).number(bundle.count);
  for (std::size_t i = 0; i < bundle.count; ++i) {
    const hermit_mime& part = bundle.parts[i];
    number(part.form).text(part.type).text(part.data);
  }
  return *this;
}

Writer& Writer::match(const hermit_match& match) {
  return text(match.text).text(match.type).text(match.signature);
}

Writer& Writer::message(const hermit_comm_message& message) {
  text(message.comm_id).text(message.target).text(message.data).text(message.metadata);
  number(message.buffer_count);
  for (std::size_t i = 0; i < message.buffer_count; ++i) text(message.buffers[i]);
  return *this;
}

std::vector<iovec> Writer::pieces() const {
  std::vector<iovec> pieces;
  std::size_t done = 0;
  const auto add = [&](std::string_view bytes) {
    if (!bytes.empty()) pieces.push_back({const_cast<char*>(bytes.data()), bytes.size()});
  };
  for (const auto& lent : lent_) {
    add(std::string_view(copied_).substr(done, lent.at - done));
    add(lent.text);
    done = lent.at;
  }
  add(std::string_view(copied_).substr(done));
  return pieces;
}

std::string Writer::joined() const {
  std::string all;
  for (const auto& piece : pieces()) all.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  return all;
}

std::string_view Reader::take(std::size_t size) {
  if (size > rest_.size()) {
    good_ = false;
    rest_ = {};
    return {};
  }
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint64_t Reader::number() {
  std::uint64_t value = 0;
  if (const auto bytes = take(number_size); !bytes.empty()) std::memcpy(&value, bytes.data(), number_size);
  return value;
}

std::string_view Reader::text() { return take(number()); }

hermit_text Reader::lent_text() { return lend(text()); }

std::size_t Reader::count(std::size_t least) {
  const auto count = number();
  if (count <= rest_.size() / least) return count;
  good_ = false;
  return 0;
}

ErrorRead::ErrorRead(Reader& from) {
  error.name = from.lent_text();
  error.value = from.lent_text();
  traceback.resize(from.count(number_size));
  for (auto& line : traceback) line = from.lent_text();
  error.traceback = traceback.data();
  error.traceback_size = traceback.size();
}

BundleRead::BundleRead(Reader& from) {
  bundle.metadata = from.lent_text();
  parts.resize(from.count(3 * number_size));
  for (auto& part : parts) {
    part.form = static_cast<std::uint32_t>(from.number());
    part.type = from.lent_text();
    part.data = from.lent_text();
  }
  bundle.parts = parts.data();
  bundle.count = parts.size();
}

MessageRead::MessageRead(Reader& from) {
  message.comm_id = from.lent_text();
  message.target = from.lent_text();
  message.data = from.lent_text();
  message.metadata = from.lent_text();
  buffers.resize(from.count(number_size));
  for (auto& buffer : buffers) buffer = from.lent_text();
  message.buffers = buffers.data();
  message.buffer_count = buffers.size();
}

}  // namespace hermit::worker
