// Clang's raw lexer, which knows all kinds of quotes, and a stack of brackets.
#include "lexer.hpp"

#include <algorithm>

#include "clang.hpp"

namespace hermit::cling_shell {
namespace {

namespace tok = clang::tok;

struct Word {
  tok::TokenKind kind = tok::eof;
  size_t begin = 0;
  size_t end = 0;
  bool begins_line = false;
  std::string_view text;
};

std::vector<Word> words_of(const std::string& code) {
  clang::LangOptions options;
  options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 = options.CPlusPlus20 =
      true;
  options.LineComment = options.Bool = options.Digraphs = true;
  clang::Lexer lexer(clang::SourceLocation(), options, code.data(), code.data(), code.data() + code.size());
  lexer.SetCommentRetentionState(true);
  std::vector<Word> words;
  for (clang::Token token;;) {
    lexer.LexFromRawLexer(token);
    if (token.is(tok::eof)) {
      // The lexer passes over a comment that has no end.
      const size_t from = words.empty() ? 0 : words.back().end;
      const size_t open = code.find("/*", from);
      if (open != std::string::npos) {
        Word word;
        word.kind = tok::comment;
        word.begin = open;
        word.end = code.size();
        word.text = std::string_view(code).substr(open);
        words.push_back(word);
      }
      return words;
    }
    Word word;
    word.kind = token.getKind();
    word.end = static_cast<size_t>(lexer.getBufferLocation() - code.data());
    word.begin = word.end - token.getLength();
    word.begins_line = token.isAtStartOfLine();
    word.text = std::string_view(code).substr(word.begin, word.end - word.begin);
    words.push_back(word);
  }
}

bool opens(const Word& word) {
  return word.kind == tok::l_brace || word.kind == tok::l_paren || word.kind == tok::l_square;
}
bool closes(const Word& word) {
  return word.kind == tok::r_brace || word.kind == tok::r_paren || word.kind == tok::r_square;
}

bool fit(tok::TokenKind open, tok::TokenKind close) {
  return (open == tok::l_brace && close == tok::r_brace) || (open == tok::l_paren && close == tok::r_paren) ||
         (open == tok::l_square && close == tok::r_square);
}

// A comment or a text in quotes that has no end.
bool is_open_comment(const Word& word) {
  return word.kind == tok::comment && word.text.starts_with("/*") &&
         (word.text.size() < 4 || !word.text.ends_with("*/"));
}
bool is_open_raw_string(const Word& word) {
  return word.kind == tok::unknown && word.text.find("R\"") != std::string_view::npos;
}
bool is_open_quote(const Word& word) {
  return word.kind == tok::unknown &&
         (word.text.find('"') != std::string_view::npos || word.text.find('\'') != std::string_view::npos);
}

// Words after which something has to follow.
bool wants_more(const Word& word) {
  switch (word.kind) {
    case tok::plus:
    case tok::minus:
    case tok::star:
    case tok::slash:
    case tok::percent:
    case tok::equal:
    case tok::comma:
    case tok::equalequal:
    case tok::exclaimequal:
    case tok::lessequal:
    case tok::greaterequal:
    case tok::ampamp:
    case tok::pipepipe:
    case tok::pipe:
    case tok::caret:
    case tok::lessless:
    case tok::period:
    case tok::arrow:
    case tok::coloncolon:
    case tok::colon:
    case tok::question:
    case tok::plusequal:
    case tok::minusequal:
    case tok::starequal:
    case tok::slashequal:
    case tok::less:
      return true;
    default:
      break;
  }
  constexpr std::string_view list[] = {"else",      "do",     "return",   "template", "namespace", "struct",
                                       "class",     "enum",   "using",    "try",      "typename",  "operator",
                                       "new",       "throw",  "co_await", "co_yield", "static",    "const",
                                       "constexpr", "inline", "case",     "goto",     "if",        "for",
                                       "while",     "switch", "catch"};
  // `return` and `throw` may stand alone, but not at the end of what somebody types.
  return word.kind == tok::raw_identifier &&
         std::find(std::begin(list), std::end(list), word.text) != std::end(list);
}

// `template <…>` at the very end, with what it is a template of still to come.
bool is_template_head(const std::vector<Word>& words) {
  if (words.empty() || words.back().kind != tok::greater) return false;
  size_t begin = words.size();
  while (begin > 0 && words[begin - 1].kind != tok::semi && words[begin - 1].kind != tok::r_brace) --begin;
  return words[begin].text == "template";
}

// A head whose statement is still to come: `for (…)`, `if (…)`, `while (…)` and the like at the very end.
bool is_head(const std::vector<Word>& words) {
  if (words.empty() || words.back().kind != tok::r_paren) return false;
  int depth = 0;
  for (size_t at = words.size(); at-- > 0;) {
    if (words[at].kind == tok::r_paren) ++depth;
    if (words[at].kind == tok::l_paren && --depth == 0) {
      if (at == 0) return false;
      size_t before = at - 1;
      if (words[before].text == "constexpr" && before > 0) --before;
      const std::string_view text = words[before].text;
      if (text == "while") {
        // After `do … ` it ends the loop.
        for (size_t first = 0; first < before; ++first) {
          if (words[first].text == "do") return false;
        }
        return true;
      }
      return text == "for" || text == "if" || text == "switch" || text == "catch";
    }
  }
  return false;
}

std::string indent_of(std::string_view code, size_t depth) {
  const size_t line = code.find_last_of('\n', code.empty() ? 0 : code.find_last_not_of('\n'));
  const size_t begin = line == std::string_view::npos ? 0 : line + 1;
  const size_t end = std::min(code.find_first_not_of(" \t", begin), code.size());
  std::string indent(code.substr(begin, end - begin));
  if (depth > 0 && !code.empty() && code.find_last_of("{([") > begin &&
      code.find_last_of("{([") != std::string_view::npos)
    indent += "    ";
  return indent;
}

}  // namespace

sdk::Completeness judge(std::string_view code) {
  const std::string text = std::string(code) + "\n";
  std::vector<Word> open;
  std::vector<size_t> conditions;  // how many brackets were open at each #if
  std::vector<Word> plain;
  const auto incomplete = [&] {
    return sdk::Completeness{HERMIT_CODE_INCOMPLETE, indent_of(code, open.size())};
  };
  bool in_directive = false;
  for (const Word& word : words_of(text)) {
    if (is_open_comment(word) || is_open_raw_string(word)) return incomplete();
    if (word.kind == tok::comment) continue;
    if (word.begins_line) in_directive = word.kind == tok::hash;
    if (in_directive) {
      if (word.text == "if" || word.text == "ifdef" || word.text == "ifndef")
        conditions.push_back(open.size());
      if ((word.text == "else" || word.text == "elif") && !conditions.empty())
        open.resize(std::min(open.size(), conditions.back()));
      if (word.text == "endif" && !conditions.empty()) conditions.pop_back();
      continue;
    }
    if (is_open_quote(word)) return {HERMIT_CODE_INVALID};
    if (opens(word)) open.push_back(word);
    if (closes(word)) {
      if (open.empty() || !fit(open.back().kind, word.kind)) return {HERMIT_CODE_INVALID};
      open.pop_back();
    }
    plain.push_back(word);
  }
  if (!open.empty() || !conditions.empty()) return incomplete();
  if (!code.empty() && code.back() == '\\') return incomplete();
  if (!plain.empty() && (wants_more(plain.back()) || is_head(plain) || is_template_head(plain)))
    return incomplete();
  return {HERMIT_CODE_COMPLETE};
}

Position position_of(std::string_view code, size_t cursor) {
  const std::string text = std::string(code.substr(0, cursor));
  Position position;
  bool in_directive = false;
  size_t last_end = 0;
  unsigned parentheses = 0;
  for (const Word& word : words_of(text)) {
    if (is_open_comment(word) || is_open_quote(word)) position.is_code = false;
    if (word.kind == tok::comment) {
      if (word.text.starts_with("//") && word.end == text.size()) position.is_code = false;
      continue;
    }
    if (word.begins_line && in_directive) last_end = position.begin = word.begin;
    if (word.begins_line) in_directive = word.kind == tok::hash;
    if (in_directive) continue;
    if (word.kind == tok::l_brace) ++position.depth;
    if (word.kind == tok::r_brace && position.depth > 0 && --position.depth == 0 && parentheses == 0)
      last_end = word.end;
    if (word.kind == tok::l_paren) ++parentheses;
    if (word.kind == tok::r_paren && parentheses > 0) --parentheses;
    if (word.kind == tok::semi && position.depth == 0 && parentheses == 0) last_end = word.end;
    if (position.depth == 0 || last_end == 0) position.begin = last_end;
  }
  return position;
}

std::vector<size_t> statement_lines(std::string_view code) {
  // What a magic consists of is no C++, so each line is looked at after what comes before it alone.
  std::vector<size_t> lines;
  std::string before;
  for (size_t begin = 0; begin < code.size();) {
    const size_t end = std::min(code.find('\n', begin), code.size() - 1) + 1;
    const std::string_view line = code.substr(begin, end - begin);
    const size_t first = line.find_first_not_of(" \t");
    const bool may_be = first != std::string_view::npos && (line[first] == '%' || line[first] == '!');
    if (may_be && judge(before).code == HERMIT_CODE_COMPLETE) {
      const auto words = words_of(before);
      if (words.empty() || words.back().kind == tok::semi || words.back().kind == tok::r_brace ||
          words.back().kind == tok::comment || before.find_last_not_of(" \n\t") == std::string::npos) {
        lines.push_back(begin);
        begin = end;
        before += '\n';
        continue;
      }
    }
    before += line;
    begin = end;
  }
  return lines;
}

}  // namespace hermit::cling_shell
