// Reads tokens by the rules of the Lua 5.4 manual, section 3.1.
#include "lexer.hpp"

#include <algorithm>
#include <array>

#include "text.hpp"

namespace hermit::lua_shell {
namespace {

constexpr std::array<std::string_view, 22> reserved = {
    "and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
    "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while"};

constexpr std::array<std::string_view, 10> long_symbols = {
    "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"};

constexpr size_t no_bracket = static_cast<size_t>(-1);

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace

std::span<const std::string_view> keywords() { return reserved; }

bool is_keyword(std::string_view word) { return std::binary_search(reserved.begin(), reserved.end(), word); }

char Lexer::byte(size_t offset) const { return at_ + offset < code_.size() ? code_[at_ + offset] : '\0'; }

Token Lexer::finish(TokenKind kind, size_t begin, bool closed) {
  return {kind, begin, at_, closed, code_.substr(begin, at_ - begin)};
}

Token Lexer::next() {
  while (at_ < code_.size() && std::string_view(" \t\r\n\f\v").find(code_[at_]) != std::string_view::npos) {
    ++at_;
  }
  if (at_ >= code_.size()) return finish(TokenKind::end, code_.size());
  const size_t begin = at_;
  const char first = byte();
  if (first == '-' && byte(1) == '-') return comment();
  if (first == '"' || first == '\'') return quoted();
  if (first == '[') {
    const size_t level = long_bracket_level();
    if (level != no_bracket) {
      const bool closed = skip_long_bracket(level);
      return finish(TokenKind::string, begin, closed);
    }
  }
  if (is_digit(first) || (first == '.' && is_digit(byte(1)))) return number();
  if (is_name_byte(first)) {
    while (at_ < code_.size() && is_name_byte(code_[at_])) ++at_;
    const bool reserved_word = is_keyword(code_.substr(begin, at_ - begin));
    return finish(reserved_word ? TokenKind::keyword : TokenKind::name, begin);
  }
  return symbol();
}

Token Lexer::comment() {
  const size_t begin = at_;
  at_ += 2;
  const size_t level = byte() == '[' ? long_bracket_level() : no_bracket;
  if (level != no_bracket) {
    const bool closed = skip_long_bracket(level);
    return finish(TokenKind::comment, begin, closed);
  }
  at_ = std::min(code_.find('\n', at_), code_.size());
  return finish(TokenKind::comment, begin, at_ < code_.size());
}

Token Lexer::quoted() {
  const size_t begin = at_;
  const char quote = code_[at_++];
  while (at_ < code_.size() && code_[at_] != quote && code_[at_] != '\n') {
    // After \z and an escaped line end a string goes on in the next line.
    if (code_[at_] == '\\' && at_ + 1 < code_.size()) {
      const bool skips_space = code_[at_ + 1] == 'z';
      at_ += 2;
      while (skips_space && at_ < code_.size() &&
             (code_[at_] == ' ' || (code_[at_] >= 9 && code_[at_] <= 13))) {
        ++at_;
      }
      continue;
    }
    ++at_;
  }
  const bool closed = at_ < code_.size() && code_[at_] == quote;
  if (closed) ++at_;
  return finish(TokenKind::string, begin, closed);
}

Token Lexer::number() {
  const size_t begin = at_;
  const bool hexadecimal = byte() == '0' && (byte(1) == 'x' || byte(1) == 'X');
  const std::string_view exponent = hexadecimal ? "pP" : "eE";
  while (at_ < code_.size()) {
    const bool marks_exponent = exponent.find(code_[at_]) != std::string_view::npos;
    if (marks_exponent && (byte(1) == '+' || byte(1) == '-')) {
      at_ += 2;
    } else if (is_name_byte(code_[at_]) || (code_[at_] == '.' && byte(1) != '.')) {
      ++at_;
    } else {
      break;
    }
  }
  return finish(TokenKind::number, begin);
}

Token Lexer::symbol() {
  const size_t begin = at_;
  for (const std::string_view candidate : long_symbols) {
    if (code_.substr(at_, candidate.size()) == candidate) {
      at_ += candidate.size();
      return finish(TokenKind::symbol, begin);
    }
  }
  ++at_;
  return finish(TokenKind::symbol, begin);
}

// The number of equal signs in the long bracket that opens here, or no_bracket.
size_t Lexer::long_bracket_level() const {
  size_t level = 0;
  while (byte(1 + level) == '=') ++level;
  return byte(1 + level) == '[' ? level : no_bracket;
}

// Moves behind the bracket that closes the long one of this level. False when there is none.
bool Lexer::skip_long_bracket(size_t level) {
  at_ += level + 2;
  for (;;) {
    at_ = code_.find(']', at_);
    if (at_ == std::string_view::npos) {
      at_ = code_.size();
      return false;
    }
    size_t signs = 0;
    while (byte(1 + signs) == '=') ++signs;
    if (signs == level && byte(1 + signs) == ']') {
      at_ += level + 2;
      return true;
    }
    ++at_;
  }
}

}  // namespace hermit::lua_shell
