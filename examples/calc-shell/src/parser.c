/*
 * The half of the parser that reads statements, and what it begins with.
 */
#include "parser.h"

#include "parsing.h"

void calc_advance(calc_parsing *parsing) {
  parsing->last_end = parsing->token.end;
  do {
    parsing->token = calc_next_token(&parsing->lexer);
  } while (parsing->token.kind == CALC_TOKEN_NEWLINE && parsing->brackets > 0);
}

void calc_skip_newlines(calc_parsing *parsing) {
  const size_t last_end = parsing->last_end;
  while (parsing->token.kind == CALC_TOKEN_NEWLINE) calc_advance(parsing);
  parsing->last_end = last_end;
}

bool calc_at_sign(const calc_parsing *parsing, const char *sign) {
  return parsing->token.kind == CALC_TOKEN_SIGN && calc_is(parsing->token.text, sign);
}

bool calc_at_word(const calc_parsing *parsing, const char *word) {
  return parsing->token.kind == CALC_TOKEN_NAME && calc_is(parsing->token.text, word);
}

bool calc_fail_at(calc_parsing *parsing, size_t at, const char *what, hermit_text with) {
  if (parsing->outcome != CALC_WHOLE) return false;
  const calc_place place = {parsing->lexer.code, at, parsing->function};
  const hermit_status raised = calc_raise(parsing->error, parsing->arena, "SyntaxError", place, what, with);
  parsing->outcome = raised == HERMIT_FAILED ? CALC_NO_MEMORY : CALC_MALFORMED;
  return false;
}

bool calc_unexpected(calc_parsing *parsing) {
  const calc_token *token = &parsing->token;
  const bool text = token->kind == CALC_TOKEN_WRONG && token->text.size > 0 && token->text.data[0] == '"';
  if (token->kind == CALC_TOKEN_END) {
    calc_fail_at(parsing, token->begin, "the code ends too early", calc_text(""));
    if (parsing->outcome == CALC_MALFORMED) parsing->outcome = CALC_CUT_OFF;
  } else if (token->kind == CALC_TOKEN_NEWLINE) {
    calc_fail_at(parsing, token->begin, "the line ends too early", calc_text(""));
  } else if (text) {
    calc_fail_at(parsing, token->begin, "a text has no end on its line", calc_text(""));
  } else {
    calc_fail_at(parsing, token->begin, "unexpected", token->text);
  }
  return false;
}

bool calc_expect_sign(calc_parsing *parsing, const char *sign) {
  if (!calc_at_sign(parsing, sign)) return calc_unexpected(parsing);
  if (sign[0] == '(') ++parsing->brackets;
  if (sign[0] == ')') --parsing->brackets;
  calc_advance(parsing);
  if (sign[0] == '=') calc_skip_newlines(parsing);
  return true;
}

bool calc_expect_word(calc_parsing *parsing, const char *word) {
  calc_skip_newlines(parsing);
  if (!calc_at_word(parsing, word)) return calc_unexpected(parsing);
  calc_advance(parsing);
  if (strcmp(word, "do") != 0 && strcmp(word, "end") != 0) calc_skip_newlines(parsing);
  return true;
}

bool calc_expect_name(calc_parsing *parsing, hermit_text *name) {
  if (parsing->token.kind != CALC_TOKEN_NAME) return calc_unexpected(parsing);
  if (calc_find_word(parsing->token.text) != NULL) {
    return calc_fail_at(parsing, parsing->token.begin, "the language has a use of its own for",
                        parsing->token.text);
  }
  *name = parsing->token.text;
  calc_advance(parsing);
  return true;
}

void *calc_take_for_tree(calc_parsing *parsing, size_t size) {
  void *taken = calc_take(parsing->arena, size);
  if (taken == NULL) parsing->outcome = CALC_NO_MEMORY;
  return taken;
}

static bool expression(calc_parsing *parsing, calc_node **node) {
  *node = calc_expression(parsing);
  return *node != NULL;
}

/* print a, b */
static bool items(calc_parsing *parsing, calc_node **first) {
  for (calc_node **end = first;; end = &(*end)->next) {
    if (!expression(parsing, end)) return false;
    if (!calc_at_sign(parsing, ",")) return true;
    calc_expect_sign(parsing, ",");
    calc_skip_newlines(parsing);
  }
}

/* k = a to b */
static bool range(calc_parsing *parsing, calc_statement *statement, calc_node **from, calc_node **to) {
  return calc_expect_name(parsing, &statement->name) && calc_expect_sign(parsing, "=") &&
         expression(parsing, from) && calc_expect_word(parsing, "to") && expression(parsing, to);
}

static bool list(calc_parsing *parsing, calc_statement **first, bool to_end);

/* do … end */
static bool body(calc_parsing *parsing, calc_statement *statement) {
  if (++parsing->depth > CALC_DEEPEST_CODE) {
    return calc_fail_at(parsing, parsing->token.begin, "the code is nested too deeply", calc_text(""));
  }
  if (!calc_expect_word(parsing, "do")) return false;
  const size_t begin = parsing->last_end;
  if (!list(parsing, &statement->body, false)) return false;
  statement->code = calc_slice(parsing->lexer.code, begin, parsing->token.begin);
  --parsing->depth;
  return calc_expect_word(parsing, "end");
}

/* What follows the word that the statement begins with. */
static bool rest_of(calc_parsing *parsing, calc_statement *statement) {
  switch (statement->kind) {
    case CALC_PRINT:
    case CALC_WARN: return items(parsing, &statement->first);
    case CALC_SHOW:
      if (!expression(parsing, &statement->first)) return false;
      if (!calc_at_word(parsing, "as")) return true;
      return calc_expect_word(parsing, "as") && calc_expect_name(parsing, &statement->name);
    case CALC_UPDATE:
      return calc_expect_name(parsing, &statement->name) && calc_expect_word(parsing, "to") &&
             expression(parsing, &statement->first);
    case CALC_PLOT:
      return expression(parsing, &statement->first) && calc_expect_word(parsing, "for") &&
             range(parsing, statement, &statement->second, &statement->third);
    case CALC_FOR:
      return range(parsing, statement, &statement->first, &statement->second) && body(parsing, statement);
    case CALC_LATER: return expression(parsing, &statement->first) && body(parsing, statement);
    case CALC_FORGET:
    case CALC_WATCH:
    case CALC_UNWATCH: return calc_expect_name(parsing, &statement->name);
    case CALC_CLEAR:
    case CALC_BACKGROUND:
    case CALC_SHARE:
    case CALC_UNSHARE: return true;
    default: return expression(parsing, &statement->first);
  }
}

/* Reads the names between the brackets of a definition, as many as there are, into `names` if that is not
 * NULL. Returns how many; SIZE_MAX when what follows is no definition. */
static size_t parameters(calc_lexer lexer, hermit_text *names) {
  size_t count = 0;
  calc_token token = calc_next_token(&lexer);
  if (!calc_is(token.text, "(")) return SIZE_MAX;
  token = calc_next_token(&lexer);
  while (token.kind == CALC_TOKEN_NAME) {
    if (names != NULL) names[count] = token.text;
    ++count;
    token = calc_next_token(&lexer);
    if (token.kind != CALC_TOKEN_SIGN || !calc_is(token.text, ",")) break;
    token = calc_next_token(&lexer);
  }
  if (token.kind != CALC_TOKEN_SIGN || !calc_is(token.text, ")")) return SIZE_MAX;
  token = calc_next_token(&lexer);
  return token.kind == CALC_TOKEN_SIGN && calc_is(token.text, "=") ? count : SIZE_MAX;
}

/* f(x, y) = a */
static bool definition(calc_parsing *parsing, calc_statement *statement, size_t count) {
  statement->kind = CALC_DEFINE;
  statement->parameter_count = count;
  statement->parameters = calc_take_for_tree(parsing, (count + 1) * sizeof *statement->parameters);
  if (statement->parameters == NULL) return false;
  parameters(parsing->lexer, statement->parameters);
  parsing->function = parsing->token.text;
  if (!calc_expect_name(parsing, &statement->name) || !calc_expect_sign(parsing, "(")) return false;
  for (hermit_text name = {NULL, 0}; !calc_at_sign(parsing, ")");) {
    if (name.size != 0 && !calc_expect_sign(parsing, ",")) return false;
    if (!calc_expect_name(parsing, &name)) return false;
  }
  if (!calc_expect_sign(parsing, ")") || !calc_expect_sign(parsing, "=")) return false;
  if (!expression(parsing, &statement->first)) return false;
  statement->code = calc_slice(parsing->lexer.code, statement->at, parsing->last_end);
  return true;
}

/* A statement that begins with no word of its own: a definition, an assignment, or an expression. */
static bool unnamed(calc_parsing *parsing, calc_statement *statement) {
  if (parsing->token.kind == CALC_TOKEN_NAME) {
    const size_t count = parameters(parsing->lexer, NULL);
    if (count != SIZE_MAX) return definition(parsing, statement, count);
    calc_lexer ahead = parsing->lexer;
    const calc_token next = calc_next_token(&ahead);
    if (next.kind == CALC_TOKEN_SIGN && calc_is(next.text, "=")) {
      statement->kind = CALC_ASSIGN;
      return calc_expect_name(parsing, &statement->name) && calc_expect_sign(parsing, "=") &&
             expression(parsing, &statement->first);
    }
  }
  return expression(parsing, &statement->first);
}

static bool statement_at(calc_parsing *parsing, calc_statement **made) {
  calc_statement *statement = calc_take_for_tree(parsing, sizeof *statement);
  if (statement == NULL) return false;
  memset(statement, 0, sizeof *statement);
  *made = statement;
  statement->at = parsing->token.begin;
  const hermit_text function = parsing->function;
  const calc_word *word = parsing->token.kind == CALC_TOKEN_NAME ? calc_find_word(parsing->token.text) : NULL;
  bool good = false;
  if (word != NULL && word->kind == CALC_STATEMENT) {
    statement->kind = word->statement;
    calc_advance(parsing);
    good = rest_of(parsing, statement);
  } else {
    good = unnamed(parsing, statement);
  }
  if (good) parsing->function = function;
  return good;
}

/* Statements up to the end of the code, or up to the word `end`. */
static bool list(calc_parsing *parsing, calc_statement **first, bool to_end) {
  for (calc_statement **end = first;; end = &(*end)->next) {
    calc_skip_newlines(parsing);
    if (parsing->token.kind == CALC_TOKEN_END) return to_end || calc_unexpected(parsing);
    if (!to_end && calc_at_word(parsing, "end")) return true;
    if (!statement_at(parsing, end)) return false;
    const bool ends = parsing->token.kind == CALC_TOKEN_END || parsing->token.kind == CALC_TOKEN_NEWLINE ||
                      (!to_end && calc_at_word(parsing, "end"));
    if (!ends) return calc_unexpected(parsing);
  }
}

static calc_parsing begin(hermit_text code, hermit_text function, calc_arena *arena, calc_error *error) {
  calc_parsing parsing;
  memset(&parsing, 0, sizeof parsing);
  parsing.lexer.code = code;
  parsing.function = function;
  parsing.arena = arena;
  parsing.error = error;
  parsing.outcome = CALC_WHOLE;
  calc_advance(&parsing);
  return parsing;
}

calc_parsed calc_parse(hermit_text code, hermit_text function, calc_arena *arena, calc_statement **statements,
                       calc_error *error) {
  calc_parsing parsing = begin(code, function, arena, error);
  *statements = NULL;
  list(&parsing, statements, true);
  return parsing.outcome;
}

calc_parsed calc_parse_expression(hermit_text code, calc_arena *arena, calc_node **node, calc_error *error) {
  calc_parsing parsing = begin(code, calc_text(""), arena, error);
  calc_skip_newlines(&parsing);
  *node = calc_expression(&parsing);
  calc_skip_newlines(&parsing);
  if (*node != NULL && parsing.token.kind != CALC_TOKEN_END) calc_unexpected(&parsing);
  return parsing.outcome;
}
