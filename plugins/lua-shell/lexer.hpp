// The words of Lua source text, as completion, inspection and the search for a cell's last expression
// need them. It takes any bytes, also unfinished code, and never fails: Lua's own parser judges.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace hermit::lua_shell {

enum class TokenKind { end, name, keyword, number, string, symbol, comment };

struct Token {
  TokenKind kind = TokenKind::end;
  size_t begin = 0;  // byte offsets into the code
  size_t end = 0;
  bool closed = true;       // false for a string or long comment that the code's end cuts off
  std::string_view text{};  // the bytes from begin to end

  bool is(std::string_view word) const {
    return text == word && (kind == TokenKind::symbol || kind == TokenKind::keyword);
  }
};

// The reserved words, sorted.
std::span<const std::string_view> keywords();
bool is_keyword(std::string_view word);

// Reads tokens one after another, comments included; after the last one, TokenKind::end for ever.
class Lexer {
 public:
  // `code` has to outlive the lexer and its tokens.
  explicit Lexer(std::string_view code) : code_(code) {}

  Token next();

 private:
  Token finish(TokenKind kind, size_t begin, bool closed = true);
  char byte(size_t offset = 0) const;
  Token comment();
  Token quoted();
  Token number();
  Token symbol();
  size_t long_bracket_level() const;
  bool skip_long_bracket(size_t level);

  std::string_view code_;
  size_t at_ = 0;
};

}  // namespace hermit::lua_shell
