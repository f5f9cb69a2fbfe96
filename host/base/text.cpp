#include "base/text.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>

#include <utf8.h>

namespace hermit {

namespace {

// How many ASCII characters `text` begins with. Most text is nothing else, so eight are looked at at once.
std::size_t ascii_size(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t size = 0;
  for (std::uint64_t word = 0; size + sizeof word <= text.size(); size += sizeof word) {
    std::memcpy(&word, text.data() + size, sizeof word);
    if ((word & high_bits) != 0) break;
  }
  while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) ++size;
  return size;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (;;) {
    text.remove_prefix(ascii_size(text));
    if (text.empty()) return true;
    // No character reaches from here into the ASCII that follows.
    const auto* const end =
        std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!utf8::is_valid(text.begin(), end)) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
}

std::string repaired_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(repaired));
  return repaired;
}

std::size_t whole_characters(std::string_view text) {
  // Looks for the lead byte of a sequence that is longer than what is there of it.
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;  // a continuation byte: the lead is further left
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

std::size_t byte_offset(std::string_view text, std::int64_t position) {
  const auto is_lead = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
  auto left = std::max<std::int64_t>(position, 0);
  std::size_t offset = 0;
  for (; offset < text.size(); ++offset) {
    if (is_lead(text[offset]) && left-- == 0) break;
  }
  return offset;
}

std::int64_t code_points(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return std::count_if(text.begin(), end,
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

namespace {

// The number of letters to insert, delete, change, or exchange with their neighbours to make one word of
// the other (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last.back();
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  // More than a third of the letters wrong is another word, not a slip.
  std::size_t best_distance = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace hermit
