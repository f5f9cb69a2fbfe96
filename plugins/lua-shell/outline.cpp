// Keeps the stack of open blocks.
#include "outline.hpp"

namespace hermit::lua_shell {

void Outline::add(const Token& token) {
  if (token.kind == TokenKind::comment || token.kind == TokenKind::end) return;
  if (after_function_) {
    after_function_ = false;
    if (token.kind == TokenKind::name) open_.back().kind = BlockKind::function_statement;
  }
  if (token.is("function")) {
    open_.push_back({BlockKind::function_expression, token});
    after_function_ = true;
  } else if (token.is("for") || token.is("while")) {
    open_.push_back({BlockKind::loop_head, token});
  } else if (token.is("do") && !open_.empty() && open_.back().kind == BlockKind::loop_head) {
    open_.back().kind = BlockKind::block;
  } else if (token.is("do") || token.is("if")) {
    open_.push_back({BlockKind::block, token});
  } else if (token.is("repeat")) {
    open_.push_back({BlockKind::repeat, token});
  } else if (token.is("(") || token.is("[") || token.is("{")) {
    open_.push_back({BlockKind::bracket, token});
  } else {
    close(token);
  }
}

void Outline::close(const Token& token) {
  const bool closes_bracket = token.is(")") || token.is("]") || token.is("}");
  if (!closes_bracket && !token.is("end") && !token.is("until")) return;
  closed_expression_ = false;
  if (open_.empty()) return;
  const BlockKind innermost = open_.back().kind;
  if (closes_bracket != (innermost == BlockKind::bracket)) return;
  closed_expression_ = innermost == BlockKind::function_expression;
  open_.pop_back();
}

}  // namespace hermit::lua_shell
