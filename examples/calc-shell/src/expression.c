/*
 * The half of the parser that reads expressions. Each function returns NULL when it has failed, and `outcome`
 * says how.
 */
#include "parsing.h"

/* Signs and words between two expressions, from what binds least to what binds most. */
enum { LEVELS = 5, COMPARING = 2 };
static const struct {
  const char *spelled;
  calc_sign sign;
  int level;
} signs[] = {
    {"or", CALC_OR, 0},    {"and", CALC_AND, 1},       {"==", CALC_EQUAL, 2},   {"!=", CALC_UNEQUAL, 2},
    {"<", CALC_LESS, 2},   {"<=", CALC_LESS_EQUAL, 2}, {">", CALC_MORE, 2},     {">=", CALC_MORE_EQUAL, 2},
    {"+", CALC_ADD, 3},    {"-", CALC_SUBTRACT, 3},    {"*", CALC_MULTIPLY, 4}, {"/", CALC_DIVIDE, 4},
    {"%", CALC_MODULO, 4},
};

static calc_node *new_node(calc_parsing *parsing, calc_node_kind kind) {
  calc_node *node = calc_take_for_tree(parsing, sizeof *node);
  if (node == NULL) return NULL;
  memset(node, 0, sizeof *node);
  node->kind = kind;
  node->at = parsing->token.begin;
  node->text = parsing->token.text;
  node->number = parsing->token.number;
  return node;
}

/* A node that is nothing but its token. */
static calc_node *leaf(calc_parsing *parsing, calc_node_kind kind) {
  calc_node *node = new_node(parsing, kind);
  if (node != NULL) calc_advance(parsing);
  return node;
}

static calc_node *unary(calc_parsing *parsing);

/* let x = a in b */
static calc_node *let(calc_parsing *parsing) {
  calc_node *node = leaf(parsing, CALC_LET);
  if (node == NULL || !calc_expect_name(parsing, &node->text) || !calc_expect_sign(parsing, "=")) return NULL;
  node->first = calc_expression(parsing);
  if (node->first == NULL || !calc_expect_word(parsing, "in")) return NULL;
  node->second = calc_expression(parsing);
  return node->second == NULL ? NULL : node;
}

/* if a then b else c */
static calc_node *choice(calc_parsing *parsing) {
  calc_node *node = leaf(parsing, CALC_IF);
  if (node == NULL) return NULL;
  node->first = calc_expression(parsing);
  if (node->first == NULL || !calc_expect_word(parsing, "then")) return NULL;
  node->second = calc_expression(parsing);
  if (node->second == NULL || !calc_expect_word(parsing, "else")) return NULL;
  node->third = calc_expression(parsing);
  return node->third == NULL ? NULL : node;
}

/* sum(k, a, b, f(k)) */
static calc_node *sum(calc_parsing *parsing) {
  calc_node *node = leaf(parsing, CALC_SUM);
  if (node == NULL || !calc_expect_sign(parsing, "(") || !calc_expect_name(parsing, &node->text)) return NULL;
  calc_node **parts[] = {&node->first, &node->second, &node->third};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; ++i) {
    if (!calc_expect_sign(parsing, ",")) return NULL;
    *parts[i] = calc_expression(parsing);
    if (*parts[i] == NULL) return NULL;
  }
  return calc_expect_sign(parsing, ")") ? node : NULL;
}

/* The arguments of a call, of which the name has been read. */
static calc_node *arguments(calc_parsing *parsing, calc_node *call) {
  call->kind = CALC_CALL;
  if (!calc_expect_sign(parsing, "(")) return NULL;
  calc_node **end = &call->first;
  while (!calc_at_sign(parsing, ")")) {
    if (end != &call->first && !calc_expect_sign(parsing, ",")) return NULL;
    *end = calc_expression(parsing);
    if (*end == NULL) return NULL;
    end = &(*end)->next;
  }
  return calc_expect_sign(parsing, ")") ? call : NULL;
}

/* What begins with a name or with a word of the language. */
static calc_node *named(calc_parsing *parsing) {
  const calc_word *word = calc_find_word(parsing->token.text);
  if (word == NULL || word->kind == CALC_FUNCTION || word->kind == CALC_CONSTANT) {
    calc_node *name = leaf(parsing, CALC_NAME);
    return name != NULL && calc_at_sign(parsing, "(") ? arguments(parsing, name) : name;
  }
  if (calc_at_word(parsing, "let")) return let(parsing);
  if (calc_at_word(parsing, "if")) return choice(parsing);
  if (calc_at_word(parsing, "sum")) return sum(parsing);
  const bool secret = calc_at_word(parsing, "secret");
  if (!secret && !calc_at_word(parsing, "ask")) {
    calc_unexpected(parsing);
    return NULL;
  }
  calc_node *node = leaf(parsing, secret ? CALC_SECRET : CALC_ASK);
  if (node != NULL) node->first = unary(parsing);
  return node == NULL || node->first == NULL ? NULL : node;
}

static calc_node *primary(calc_parsing *parsing) {
  switch (parsing->token.kind) {
    case CALC_TOKEN_NUMBER: return leaf(parsing, CALC_NUMBER);
    case CALC_TOKEN_TEXT: return leaf(parsing, CALC_TEXT);
    case CALC_TOKEN_NAME: return named(parsing);
    default: break;
  }
  if (!calc_at_sign(parsing, "(")) {
    calc_unexpected(parsing);
    return NULL;
  }
  calc_expect_sign(parsing, "(");
  calc_node *inner = calc_expression(parsing);
  return inner != NULL && calc_expect_sign(parsing, ")") ? inner : NULL;
}

static calc_node *at_level(calc_parsing *parsing, int level);

/* Joins what stands before a sign, which is the token, with what follows it at a level. */
static calc_node *joined(calc_parsing *parsing, calc_sign sign, calc_node *left, int level) {
  calc_node *node = leaf(parsing, CALC_BINARY);
  if (node == NULL) return NULL;
  calc_skip_newlines(parsing);
  node->sign = sign;
  node->first = left;
  node->second = at_level(parsing, level);
  return node->second == NULL ? NULL : node;
}

/* A power binds more than a minus before it, and less than one behind its sign: -2^-2 is -(2^(-2)). */
static calc_node *power(calc_parsing *parsing) {
  calc_node *base = primary(parsing);
  if (base == NULL || !calc_at_sign(parsing, "^")) return base;
  return joined(parsing, CALC_POWER, base, LEVELS);
}

static calc_node *unary(calc_parsing *parsing) {
  if (++parsing->depth > CALC_DEEPEST_CODE) {
    calc_fail_at(parsing, parsing->token.begin, "the code is nested too deeply", calc_text(""));
    return NULL;
  }
  calc_node *node = NULL;
  if (calc_at_sign(parsing, "-") || calc_at_word(parsing, "not")) {
    node = leaf(parsing, calc_at_sign(parsing, "-") ? CALC_NEGATE : CALC_NOT);
    if (node != NULL) node->first = unary(parsing);
    if (node != NULL && node->first == NULL) node = NULL;
  } else {
    node = power(parsing);
  }
  --parsing->depth;
  return node;
}

/* The sign of this level that the token is; false when it is none. */
static bool sign_of_level(const calc_parsing *parsing, int level, calc_sign *sign) {
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; ++i) {
    if (signs[i].level != level) continue;
    if (!calc_at_sign(parsing, signs[i].spelled) && !calc_at_word(parsing, signs[i].spelled)) continue;
    *sign = signs[i].sign;
    return true;
  }
  return false;
}

static calc_node *at_level(calc_parsing *parsing, int level) {
  if (level == LEVELS) return unary(parsing);
  calc_node *left = at_level(parsing, level + 1);
  calc_sign sign = CALC_ADD;
  while (left != NULL && sign_of_level(parsing, level, &sign)) {
    left = joined(parsing, sign, left, level + 1);
    if (level == COMPARING) break;
  }
  return left;
}

calc_node *calc_expression(calc_parsing *parsing) { return at_level(parsing, 0); }
