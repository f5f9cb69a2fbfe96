// Signature: the HMAC that proves a message comes from somebody who has the connection's key, and the
// memory that refuses to take the same message twice. Jupyter messaging: "The Wire Protocol".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
//
// Of each it keeps 64 bits, in 16 to 64 bytes of memory. Only signatures that are right come here, so nobody
// without the key can make two that agree in them.
class ReplayGuard {
 public:
  // True when `signature` was not seen before; from then on it has been.
  bool admit(std::string_view signature);

 private:
  // A set that only grows: an open hash table, the entries being hashes themselves.
  class Generation {
   public:
    bool contains(std::uint64_t entry) const;
    void insert(std::uint64_t entry);
    std::size_t size() const { return size_; }

   private:
    std::size_t place(std::uint64_t entry) const;

    std::vector<std::uint64_t> table_;  // a power of two, half full at most; 0 is a free place
    std::size_t size_ = 0;
  };

  // At least as many as jupyter_client's own sessions remember, at most twice as many. Older ones would be
  // accepted again, which bounds the memory of a kernel that runs for months.
  static constexpr std::size_t capacity = std::size_t{1} << 16;

  Generation current_, previous_;
};

}  // namespace hermit
