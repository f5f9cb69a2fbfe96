#include "base/excerpt.hpp"

#include "base/text.hpp"

namespace hermit {

std::string excerpt(std::string_view text) {
  const bool is_long = text.size() > excerpt_size;
  std::string_view begin = text.substr(0, excerpt_size);
  if (is_long) begin = begin.substr(0, whole_characters(begin));
  std::string line = repaired_utf8(begin);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return is_long ? line + "…" : line;
}

}  // namespace hermit
