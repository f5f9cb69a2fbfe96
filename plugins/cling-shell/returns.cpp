// Tells the brackets of blocks from those of functions by what stands before them.
#include "returns.hpp"

namespace hermit::cling_shell {
namespace {

namespace tok = clang::tok;

class Reader {
 public:
  explicit Reader(const std::vector<clang::Token>& tokens) : tokens_(tokens) {}

  std::vector<clang::SourceLocation> read() {
    std::vector<clang::SourceLocation> found;
    for (size_t at = 0; at < tokens_.size(); ++at) {
      const clang::Token& token = tokens_[at];
      if (token.is(tok::l_paren)) parens_.push_back(at);
      if (token.is(tok::r_paren) && !parens_.empty()) {
        last_paren_ = parens_.back();
        parens_.pop_back();
      }
      if (token.is(tok::l_brace)) open(at);
      if (token.is(tok::r_brace)) close();
      if (token.is(tok::kw_return) && others_ == 0) found.push_back(token.getLocation());
    }
    return found;
  }

 private:
  struct Brace {
    bool is_block;  // of a statement, or of nothing but itself
    bool is_body;   // that, or of a function
  };

  void open(size_t at) {
    const bool is_block = opens_block(at);
    braces_.push_back({is_block, is_block || (at > 0 && tokens_[at - 1].is(tok::r_paren))});
    if (!is_block) ++others_;
  }

  void close() {
    if (braces_.empty()) return;
    if (!braces_.back().is_block) --others_;
    closed_ = braces_.back();
    braces_.pop_back();
  }

  bool is_statement_end(size_t at) const {
    return tokens_[at].isOneOf(tok::semi, tok::l_brace) || (tokens_[at].is(tok::r_brace) && closed_.is_body);
  }

  bool opens_block(size_t at) const {
    if (at == 0 || is_statement_end(at - 1)) return true;
    const clang::Token& before = tokens_[at - 1];
    if (before.isOneOf(tok::kw_else, tok::kw_do, tok::colon)) return true;
    // A `try` behind the parameters of a function belongs to its body.
    if (before.is(tok::kw_try)) return at == 1 || is_statement_end(at - 2);
    return before.is(tok::r_paren) && follows_control(last_paren_);
  }

  // Whether the round bracket is that of a statement.
  bool follows_control(size_t paren) const {
    if (paren == 0) return false;
    const clang::Token& before = tokens_[paren - 1];
    return before.isOneOf(tok::kw_if, tok::kw_for, tok::kw_while, tok::kw_switch) ||
           (before.is(tok::kw_catch) && closed_.is_block) ||
           (before.is(tok::kw_constexpr) && paren > 1 && tokens_[paren - 2].is(tok::kw_if));
  }

  const std::vector<clang::Token>& tokens_;
  std::vector<Brace> braces_;
  std::vector<size_t> parens_;
  size_t last_paren_ = 0;       // where the round bracket began that was closed last
  unsigned others_ = 0;         // open brackets that are not those of blocks
  Brace closed_{false, false};  // what was closed last
};

}  // namespace

std::vector<clang::SourceLocation> returns_from_nothing(const std::vector<clang::Token>& tokens) {
  return Reader(tokens).read();
}

}  // namespace hermit::cling_shell
