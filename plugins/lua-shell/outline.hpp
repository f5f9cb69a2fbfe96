// The blocks and brackets that are open at a point of a source text.
#pragma once

#include <vector>

#include "lexer.hpp"

namespace hermit::lua_shell {

enum class BlockKind {
  function_statement,   // function f() … end
  function_expression,  // function() … end
  loop_head,            // for or while, before its do
  block,                // loop body, do, then
  repeat,
  bracket,  // ( [ {
};

struct Block {
  BlockKind kind = BlockKind::block;
  Token opener;
};

// Follows a text token by token. Wrong nesting is forgiven: the parser will report it.
class Outline {
 public:
  // Takes the next token of the text. Comments are ignored.
  void add(const Token& token);

  // Open blocks, the innermost last.
  const std::vector<Block>& open() const { return open_; }

  // Whether the `end` added last closed a function expression, which an operator may follow.
  bool closed_expression() const { return closed_expression_; }

 private:
  void close(const Token& token);

  std::vector<Block> open_;
  bool closed_expression_ = false;
  bool after_function_ = false;
};

}  // namespace hermit::lua_shell
