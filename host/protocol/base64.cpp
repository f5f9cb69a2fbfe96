#include "protocol/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace hermit {

std::string base64(std::string_view bytes) {
  // OpenSSL counts in int; pieces of a multiple of three bytes join without padding in between.
  constexpr std::size_t piece = std::size_t{3} << 20;
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4 + 1);
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), piece);
    const std::size_t before = text.size();
    text.resize(before + (size + 2) / 3 * 4 + 1);  // and the NUL that OpenSSL adds
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + before),
                    reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(size));
    text.pop_back();
    bytes.remove_prefix(size);
  }
  return text;
}

}  // namespace hermit
