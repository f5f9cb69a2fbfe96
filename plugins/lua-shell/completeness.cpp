// Whether code that is being typed into a console is whole. Asks Lua's parser. It complains about the end of
// the code exactly when more text could make it valid.
#include <lua.hpp>

#include "compile.hpp"
#include "outline.hpp"
#include "shell.hpp"

namespace hermit::lua_shell {
namespace {

constexpr size_t indent_step = 2;

// The white space at the beginning of the line that has the byte at `offset`.
std::string indent_at(std::string_view code, size_t offset) {
  const size_t begin = offset == 0 ? 0 : code.rfind('\n', offset - 1) + 1;
  const size_t end = std::min(code.find_first_not_of(" \t", begin), code.size());
  return std::string(code.substr(begin, end - begin));
}

// Whether the code breaks off in a string in quotes, which cannot go on in another line.
bool ends_in_quotes(std::string_view code) {
  Lexer lexer(code);
  Token last;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) last = token;
  return last.kind == TokenKind::string && !last.closed && !last.text.starts_with('[') &&
         !last.text.ends_with('\\');
}

// Two spaces deeper than the line that opened the innermost block, or than the last line when an
// expression is unfinished. Inside a long string or comment nothing is added to what the user types.
std::string next_indent(std::string_view code) {
  Lexer lexer(code);
  Outline outline;
  Token last;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    outline.add(token);
    last = token;
  }
  if (!last.closed && last.text.find('[') <= 2) return {};
  const size_t from = outline.open().empty() ? last.begin : outline.open().back().opener.begin;
  return indent_at(code, from) + std::string(indent_step, ' ');
}

}  // namespace

sdk::Completeness LuaShell::is_complete(hermit_request, std::string_view code) {
  Session& session = *session_;
  const std::lock_guard<std::mutex> guard(session.introspection_turn);
  CompileError error;
  const bool is_whole = compile_cell(session.parser, "=code", code, error);
  lua_settop(session.parser, 0);
  // A state that only parses would otherwise keep the garbage of all that was ever typed.
  lua_gc(session.parser, LUA_GCCOLLECT);
  if (is_whole) return {HERMIT_CODE_COMPLETE, {}};
  if (!error.at_end || ends_in_quotes(code)) return {HERMIT_CODE_INVALID, {}};
  return {HERMIT_CODE_INCOMPLETE, next_indent(code)};
}

}  // namespace hermit::lua_shell
