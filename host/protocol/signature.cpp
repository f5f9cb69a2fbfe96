#include "protocol/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <functional>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hermit {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using Digest = std::unique_ptr<EVP_MD, FreeDigest>;

Context make_context() {
  Context context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

void require(int done) {
  if (done != 1) throw std::runtime_error("OpenSSL could not compute a digest");
}

// Fetches a digest by OpenSSL's name, or by the name Python's hashlib gives it.
Digest fetch(std::string name) {
  if (name == "blake2b") name = "blake2b512";
  if (name == "blake2s") name = "blake2s256";
  Digest digest(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
  if (digest) return digest;
  std::replace(name.begin(), name.end(), '_', '-');  // sha3_256, sha512_256
  return Digest(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
}

}  // namespace

// HMAC (RFC 2104) with the two key blocks hashed once for all messages: what is left of a signature
// are the message's own bytes.
struct Signer::State {
  bool signs = false;
  Digest digest;
  Context inner = make_context();
  Context outer = make_context();
};

Signer::Signer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

bool Signer::signs() const { return state_->signs; }

Result<Signer> Signer::make(std::string_view key, std::string_view scheme) {
  const Error unknown{"signature_scheme \"" + std::string(scheme) +
                          "\" is not known; it has to be \"hmac-\" and a digest of OpenSSL's, such as "
                          "\"hmac-sha256\"",
                      Exit::connection_file};
  if (!scheme.starts_with("hmac-")) return unknown;
  auto state = std::make_unique<State>();
  state->digest = fetch(std::string(scheme.substr(5)));
  if (!state->digest || (EVP_MD_get_flags(state->digest.get()) & EVP_MD_FLAG_XOF) != 0) return unknown;
  const int block = EVP_MD_get_block_size(state->digest.get());
  if (block <= 1) return unknown;

  std::vector<unsigned char> padded(static_cast<std::size_t>(block), 0);
  if (key.size() > padded.size()) {
    unsigned char hashed[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    require(EVP_Digest(key.data(), key.size(), hashed, &size, state->digest.get(), nullptr));
    std::copy_n(hashed, size, padded.begin());
  } else {
    std::copy(key.begin(), key.end(), padded.begin());
  }
  const auto absorb = [&](const Context& context, unsigned char pad) {
    auto text = padded;
    for (auto& byte : text) byte ^= pad;
    require(EVP_DigestInit_ex(context.get(), state->digest.get(), nullptr));
    require(EVP_DigestUpdate(context.get(), text.data(), text.size()));
    OPENSSL_cleanse(text.data(), text.size());
  };
  absorb(state->inner, 0x36);
  absorb(state->outer, 0x5c);
  OPENSSL_cleanse(padded.data(), padded.size());
  state->signs = !key.empty();
  return Signer(std::move(state));
}

std::string Signer::sign(std::initializer_list<std::string_view> parts) const {
  if (!state_->signs) return {};
  thread_local const Context context = make_context();
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  require(EVP_MD_CTX_copy_ex(context.get(), state_->inner.get()));
  for (const auto part : parts) require(EVP_DigestUpdate(context.get(), part.data(), part.size()));
  require(EVP_DigestFinal_ex(context.get(), mac, &size));
  require(EVP_MD_CTX_copy_ex(context.get(), state_->outer.get()));
  require(EVP_DigestUpdate(context.get(), mac, size));
  require(EVP_DigestFinal_ex(context.get(), mac, &size));

  constexpr char digits[] = "0123456789abcdef";
  std::string text(2 * std::size_t{size}, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = digits[mac[i] >> 4];
    text[2 * i + 1] = digits[mac[i] & 0x0f];
  }
  return text;
}

bool Signer::check(std::string_view signature, std::initializer_list<std::string_view> parts) const {
  if (!state_->signs) return true;
  const std::string expected = sign(parts);
  return signature.size() == expected.size() &&
         CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

// Where an entry is, or where it would go.
std::size_t ReplayGuard::Generation::place(std::uint64_t entry) const {
  std::size_t at = entry & (table_.size() - 1);
  while (table_[at] != 0 && table_[at] != entry) at = (at + 1) & (table_.size() - 1);
  return at;
}

bool ReplayGuard::Generation::contains(std::uint64_t entry) const {
  return !table_.empty() && table_[place(entry)] == entry;
}

void ReplayGuard::Generation::insert(std::uint64_t entry) {
  constexpr std::size_t first_size = 64;
  if (2 * (size_ + 1) > table_.size()) {
    std::vector<std::uint64_t> larger(std::max(first_size, 2 * table_.size()), 0);
    larger.swap(table_);
    for (const std::uint64_t old : larger) {
      if (old != 0) table_[place(old)] = old;
    }
  }
  table_[place(entry)] = entry;
  ++size_;
}

bool ReplayGuard::admit(std::string_view signature) {
  std::uint64_t entry = std::hash<std::string_view>()(signature);
  if (entry == 0) entry = 1;
  if (current_.contains(entry) || previous_.contains(entry)) return false;
  if (current_.size() == capacity) previous_ = std::exchange(current_, {});
  current_.insert(entry);
  return true;
}

}  // namespace hermit
