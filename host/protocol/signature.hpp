// Signature: the HMAC that proves a message comes from somebody who has the connection's key, and the
// memory that refuses to take the same message twice. Jupyter messaging: "The Wire Protocol".
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.hpp"

namespace hermit {

// Signs and checks. An empty key means that messages are not signed.
class Signer {
 public:
  // `scheme` is "hmac-" and a digest that OpenSSL knows, in OpenSSL's or in Python's spelling, such as
  // "hmac-sha256". The error names the scheme.
  static Result<Signer> make(std::string_view key, std::string_view scheme);

  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;
  ~Signer();

  // The signature of the parts, one after another, in lower-case hexadecimal; "" without a key.
  // [any-thread]
  std::string sign(std::initializer_list<std::string_view> parts) const;

  // True when `signature` is that of the parts, compared in constant time. Always true without a key.
  // [any-thread]
  bool check(std::string_view signature, std::initializer_list<std::string_view> parts) const;

  // True when there is a key.
  bool signs() const;

 private:
  struct State;
  explicit Signer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Remembers the last signatures that were accepted. One thread.
class ReplayGuard {
 public:
  // True when `signature` was not seen before; from then on it has been.
  bool admit(std::string_view signature);

 private:
  // As many as jupyter_client's own sessions remember. Older ones would be accepted again, which bounds
  // the memory of a kernel that runs for months.
  static constexpr std::size_t capacity = std::size_t{1} << 16;

  std::deque<std::string> order_;
  std::unordered_set<std::string_view> seen_;  // views of order_
};

}  // namespace hermit
