// Bytes: a slice of memory that keeps what it lies in alive. A message's frames are such slices, so
// that a frame can be handed from thread to thread without a copy.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hermit {

// Immutable; may be copied and read on any thread.
class Bytes {
 public:
  Bytes() = default;
  // Takes over the text.
  Bytes(std::string text) {
    auto owned = std::make_shared<const std::string>(std::move(text));
    view_ = *owned;
    owner_ = std::move(owned);
  }
  // A view of memory that lives for ever, such as a literal.
  static Bytes constant(std::string_view text) { return Bytes(nullptr, text); }
  // A view of memory that lives as long as `owner`.
  Bytes(std::shared_ptr<const void> owner, std::string_view view) : owner_(std::move(owner)), view_(view) {}

  std::string_view view() const { return view_; }
  const char* data() const { return view_.data(); }
  std::size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view view_;
};

}  // namespace hermit
