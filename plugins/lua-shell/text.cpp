// UTF-8 by the table of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
#include "text.hpp"

#include "lexer.hpp"

namespace hermit::lua_shell {
namespace {

bool is_between(unsigned char byte, unsigned char low, unsigned char high) {
  return byte >= low && byte <= high;
}

}  // namespace

size_t character_size(std::string_view text, size_t at) {
  const auto byte = [&](size_t offset) {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0;
  };
  const auto follows = [&](size_t offset) { return is_between(byte(offset), 0x80, 0xBF); };
  const unsigned char first = byte(0);
  if (at < text.size() && first < 0x80) return 1;
  if (is_between(first, 0xC2, 0xDF)) return follows(1) ? 2 : 0;
  if (is_between(first, 0xE0, 0xEF)) {
    const unsigned char low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : 0xBF;
    return is_between(byte(1), low, high) && follows(2) ? 3 : 0;
  }
  if (is_between(first, 0xF0, 0xF4)) {
    const unsigned char low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xF4 ? 0x8F : 0xBF;
    return is_between(byte(1), low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t size = character_size(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

std::string repaired(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t size = character_size(text, at);
    if (size == 0) {
      result += "\xEF\xBF\xBD";
      ++at;
    } else {
      result.append(text, at, size);
      at += size;
    }
  }
  return result;
}

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '_';
}

bool is_identifier(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (const char byte : text) {
    if (!is_name_byte(byte)) return false;
  }
  return !is_keyword(text);
}

}  // namespace hermit::lua_shell
