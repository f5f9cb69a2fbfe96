// Signer: HMAC-SHA256 of a message's four parts, as Jupyter wants it in the signature frame.
//
// The floor and the measuring client share it. It is kept lean, since the floor is what ratios are taken
// to: the key is hashed once, and a signature starts from that state. It is not the signing of the host,
// which knows other digests and empty keys.
#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace hermit::bench {

// Signs with one key, which must not be empty. For one thread.
class Signer {
 public:
  static constexpr std::size_t hex_size = 64;
  using Hex = std::array<char, hex_size>;

  explicit Signer(std::string_view key) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_ = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);  // The context has a reference of its own.
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
    if (!context_ || EVP_MAC_init(context_, bytes, key.size(), parameters) != 1) {
      throw std::runtime_error("OpenSSL has no HMAC-SHA256");
    }
  }
  ~Signer() { EVP_MAC_CTX_free(context_); }
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  // The signature of the concatenated parts, in lower-case hexadecimal.
  template <typename... Parts>
  Hex sign(const Parts&... parts) {
    EVP_MAC_init(context_, nullptr, 0, nullptr);  // Back to the state after the key.
    (update(parts), ...);
    std::array<unsigned char, hex_size / 2> raw{};
    std::size_t size = 0;
    EVP_MAC_final(context_, raw.data(), &size, raw.size());
    Hex hex{};
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < raw.size(); ++i) {
      hex[2 * i] = digits[raw[i] >> 4];
      hex[2 * i + 1] = digits[raw[i] & 15];
    }
    return hex;
  }

  // Whether `signature` is that of the parts; takes the same time wherever it differs.
  template <typename... Parts>
  bool verify(std::string_view signature, const Parts&... parts) {
    const Hex expected = sign(parts...);
    return signature.size() == hex_size && CRYPTO_memcmp(signature.data(), expected.data(), hex_size) == 0;
  }

 private:
  void update(std::string_view part) {
    EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  }

  EVP_MAC_CTX* context_ = nullptr;
};

}  // namespace hermit::bench
