#include "protocol/json_scan.hpp"

namespace hermit {
namespace {

// Reads tokens from the front of a text. Every method returns false where the text is no JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool take(char wanted) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  // A string with its quotes.
  std::optional<std::string_view> string() {
    const std::size_t begin = at_;
    if (!take('"')) return std::nullopt;
    for (;;) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos) break;
      if (text_[at_] == '"') return text_.substr(begin, ++at_ - begin);
      at_ += 2;  // what is escaped, and the first of four digits, is no quote
      if (at_ > text_.size()) break;
    }
    at_ = text_.size();
    return std::nullopt;
  }

  // Any value.
  std::optional<std::string_view> value() {
    skip_space();
    if (at_ >= text_.size()) return std::nullopt;
    const std::size_t begin = at_;
    if (text_[at_] == '"') return string();
    if (text_[at_] == '{' || text_[at_] == '[') return skip_nested() ? slice(begin) : std::nullopt;
    at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
    return slice(begin);
  }

  void skip_space() {
    const auto next = text_.find_first_not_of(" \t\r\n", at_);
    at_ = next == std::string_view::npos ? text_.size() : next;
  }

 private:
  std::optional<std::string_view> slice(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  bool skip_nested() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      switch (text_[at_]) {
        case '"':
          if (!string()) return false;
          continue;
        case '{':
        case '[':
          ++depth;
          break;
        case '}':
        case ']':
          if (--depth == 0) {
            ++at_;
            return true;
          }
          break;
        default:
          break;
      }
      ++at_;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::string_view> scan_member(std::string_view object, std::string_view key) {
  Scanner scanner(object);
  if (!scanner.take('{')) return std::nullopt;
  do {
    scanner.skip_space();
    const auto name = scanner.string();
    if (!name || !scanner.take(':')) return std::nullopt;
    const auto value = scanner.value();
    if (!value) return std::nullopt;
    if (name->substr(1, name->size() - 2) == key) return value;
  } while (scanner.take(','));
  return std::nullopt;
}

std::optional<std::string_view> scan_first_line(std::string_view json_string, std::size_t limit) {
  if (json_string.size() < 2 || json_string.front() != '"') return std::nullopt;
  const std::string_view text = json_string.substr(1);
  const std::string_view line = text.substr(0, text.find_first_of("\"\\"));
  const std::string_view rest = text.substr(line.size());
  const bool ends = rest.starts_with('"') || rest.starts_with("\\n") || rest.starts_with("\\r");
  return ends && line.size() <= limit ? std::optional(line) : std::nullopt;
}

}  // namespace hermit
