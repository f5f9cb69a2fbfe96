// Lua runs statements; a notebook wants to see the value of the last one if it is an expression. So a
// `return` is put before it, where Lua's parser agrees that the statement before has ended:
//
//   x = 2        x = 2
//   x + 1        return x + 1
//
// Where statements begin is found by the words around (see last_statements). Lua's grammar is greedy: a
// line that begins with a bracket goes on with the expression of the line before, and so it does here.
#include "compile.hpp"

#include <algorithm>
#include <array>
#include <lua.hpp>
#include <vector>

#include "lexer.hpp"
#include "outline.hpp"

namespace hermit::lua_shell {
namespace {

// What is put before the last expression. The variable, which is to be closed but holds nothing, keeps
// Lua from making the expression a tail call, whose caller would be missing in tracebacks.
constexpr std::string_view value_marker = " local _hermit_value_ <close> = nil return ";

// How many of the last statements are tried as the last expression. One is enough for valid code.
constexpr size_t tried_statements = 4;

// Source text in three pieces, for lua_load.
struct Pieces {
  std::array<std::string_view, 3> texts;
  bool byte_by_byte = false;  // so that `consumed` says where the parser is
  size_t next = 0;
  size_t consumed = 0;
};

const char* read_piece(lua_State*, void* context, size_t* size) {
  Pieces& pieces = *static_cast<Pieces*>(context);
  while (pieces.next < pieces.texts.size()) {
    std::string_view& text = pieces.texts[pieces.next];
    if (text.empty()) {
      ++pieces.next;
      continue;
    }
    *size = pieces.byte_by_byte ? 1 : text.size();
    const char* data = text.data();
    text.remove_prefix(*size);
    pieces.consumed += *size;
    return data;
  }
  *size = 0;
  return nullptr;
}

// Code of which everything from `split` on is to be returned; split == npos: nothing is.
struct Attempt {
  std::string_view code;
  size_t split = std::string_view::npos;

  Pieces pieces(bool byte_by_byte) const {
    if (split == std::string_view::npos) return {{code, {}, {}}, byte_by_byte};
    return {{code.substr(0, split), value_marker, code.substr(split)}, byte_by_byte};
  }
};

// Compiles and pushes the function, or the error message.
int load(lua_State* L, const char* name, Pieces pieces) {
  return lua_load(L, read_piece, &pieces, name, "t");
}

// The word that a message of Lua's parser ends with (… near 'word'), or "" for the end of the code.
std::string_view near_word(std::string_view message, bool& at_end) {
  at_end = message.ends_with("near <eof>") || message.ends_with("near '<eof>'");
  const size_t begin = message.rfind(" near '");
  if (at_end || begin == std::string_view::npos) return {};
  message.remove_prefix(begin + 7);
  if (message.ends_with('\'')) message.remove_suffix(1);
  return message;
}

// Fills `error` for an attempt that failed, with the message at the top of the stack, which is removed.
// The attempt is parsed once more, a byte at a time, to see how far the parser gets.
void explain(lua_State* L, const char* name, const Attempt& attempt, int status, CompileError& error) {
  size_t size = 0;
  const char* message = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : "";
  error.status = status;
  error.message.assign(message, size);
  lua_pop(L, 1);
  Pieces pieces = attempt.pieces(true);
  lua_load(L, read_piece, &pieces, name, "t");
  lua_pop(L, 1);
  size_t consumed = pieces.consumed;
  if (attempt.split != std::string_view::npos && consumed > attempt.split) {
    consumed = std::max(attempt.split, consumed - std::min(consumed, value_marker.size()));
  }
  const std::string_view word = near_word(error.message, error.at_end);
  error.offset = error.at_end ? attempt.code.size() : std::min(consumed, attempt.code.size());
  if (!error.at_end && !word.empty()) {
    const size_t found = attempt.code.substr(0, consumed).rfind(word);
    if (found != std::string_view::npos) error.offset = found;
  }
}

bool ends_expression(const Token& token) {
  switch (token.kind) {
    case TokenKind::name:
    case TokenKind::number:
    case TokenKind::string:
      return true;
    case TokenKind::keyword:
      return token.is("nil") || token.is("true") || token.is("false");
    case TokenKind::symbol:
      return token.is(")") || token.is("]") || token.is("}") || token.is("...");
    default:
      return false;
  }
}

bool begins_expression(const Token& token) {
  switch (token.kind) {
    case TokenKind::name:
    case TokenKind::number:
    case TokenKind::string:
      return true;
    case TokenKind::keyword:
      return token.is("nil") || token.is("true") || token.is("false") || token.is("function") ||
             token.is("not");
    case TokenKind::symbol:
      return token.is("(") || token.is("{") || token.is("-") || token.is("~") || token.is("#") ||
             token.is("...");
    default:
      return false;
  }
}

// Whether `token`, after the end of an expression, goes on with it instead of beginning a statement.
bool continues_expression(const Token& token, bool after_function) {
  if (token.is("-") || token.is("~")) return true;
  return !after_function && (token.kind == TokenKind::string || token.is("(") || token.is("{"));
}

// Offsets of the last statements of the code that may be expressions, the last one first.
struct Statements {
  std::vector<size_t> sure;
  // A string or table at the beginning of a line. It may be the argument of the expression before, but if
  // Lua cannot take the code so, it was meant as a statement.
  std::vector<size_t> literals;
  // Other beginnings that could go on with the expression before. They mostly do, as -x, so that they are
  // taken for statements only when nothing else is valid, as after x = {}.
  std::vector<size_t> doubtful;
};

// Keeps the last few offsets, and turns their order around.
void keep_last(std::vector<size_t>& offsets) {
  std::reverse(offsets.begin(), offsets.end());
  if (offsets.size() > tried_statements) offsets.resize(tried_statements);
}

Statements last_statements(std::string_view code) {
  Statements found;
  Lexer lexer(code);
  Outline outline;
  Token before;
  bool in_label = false;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.kind == TokenKind::comment) continue;
    const bool after_end = before.is("end");
    const bool after_expression = ends_expression(before) || (after_end && outline.closed_expression());
    const bool after_statement = before.kind == TokenKind::end || before.is(";") || after_end ||
                                 before.is("break") || (before.is("::") && !in_label);
    const bool goes_on = after_expression && continues_expression(token, after_end);
    if (outline.open().empty() && (after_expression || after_statement) && !in_label &&
        begins_expression(token)) {
      const bool is_on_new_line =
          code.substr(before.end, token.begin - before.end).find_first_of("\n\r") != std::string_view::npos;
      const bool is_literal = token.kind == TokenKind::string || token.is("{");
      auto& list = !goes_on ? found.sure : is_literal ? found.literals : found.doubtful;
      if (!goes_on || is_on_new_line) list.push_back(token.begin);
    }
    if (token.is("::")) in_label = !in_label;
    outline.add(token);
    before = token;
  }
  keep_last(found.sure);
  keep_last(found.literals);
  keep_last(found.doubtful);
  return found;
}

bool is_valid(lua_State* L, const char* name, const Attempt& attempt) {
  const bool valid = load(L, name, attempt.pieces(false)) == LUA_OK;
  lua_pop(L, 1);
  return valid;
}

// The ways to read a cell, the likeliest first.
std::vector<Attempt> readings(lua_State* L, const char* name, std::string_view code) {
  Statements statements = last_statements(code);
  std::vector<size_t>& splits = statements.sure;
  if (!statements.literals.empty() && !is_valid(L, name, {code})) {
    splits.insert(splits.end(), statements.literals.begin(), statements.literals.end());
    std::sort(splits.rbegin(), splits.rend());
  }
  std::vector<Attempt> attempts;
  for (const size_t split : splits) attempts.push_back({code, split});
  attempts.push_back({code});
  for (const size_t split : statements.doubtful) attempts.push_back({code, split});
  return attempts;
}

}  // namespace

bool compile_cell(lua_State* L, const char* name, std::string_view code, CompileError& error) {
  const std::vector<Attempt> attempts = readings(L, name, code);
  for (const Attempt& attempt : attempts) {
    if (load(L, name, attempt.pieces(false)) == LUA_OK) return true;
    lua_pop(L, 1);
  }
  // Of several ways to be wrong the one that went well for longest is probably what was meant. Among
  // equals that is plain Lua.
  const Attempt plain{code};
  explain(L, name, plain, load(L, name, plain.pieces(false)), error);
  for (const Attempt& attempt : attempts) {
    CompileError other;
    explain(L, name, attempt, load(L, name, attempt.pieces(false)), other);
    if (other.offset > error.offset) error = std::move(other);
  }
  return false;
}

bool compile_expression(lua_State* L, const char* name, std::string_view code, CompileError& error) {
  const Attempt attempt{code, 0};
  const int status = load(L, name, attempt.pieces(false));
  if (status == LUA_OK) return true;
  explain(L, name, attempt, status, error);
  return false;
}

}  // namespace hermit::lua_shell
