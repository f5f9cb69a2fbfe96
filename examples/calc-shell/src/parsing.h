/*
 * What the two halves of the parser share: the state, and how it goes on by one token. Statements are in
 * parser.c, expressions in expression.c.
 */
#ifndef CALC_PARSING_H
#define CALC_PARSING_H

#include "lexer.h"
#include "parser.h"
#include "words.h"

/* More levels of brackets than anybody writes by hand, and few enough for any stack. */
enum { CALC_DEEPEST_CODE = 300 };

typedef struct calc_parsing {
  calc_lexer lexer;
  calc_token token; /* the next one, not taken yet */
  size_t last_end;  /* where the last one that was taken ended */
  size_t brackets;  /* how many are open: newlines in them are blanks */
  size_t depth;
  hermit_text function;
  calc_arena *arena;
  calc_error *error;
  calc_parsed outcome; /* anything but CALC_WHOLE: everything returns at once */
} calc_parsing;

/* Takes the token. */
void calc_advance(calc_parsing *parsing);

/* Passes over newlines, where something has to follow. */
void calc_skip_newlines(calc_parsing *parsing);

/* Whether the token is this sign, or this word. */
bool calc_at_sign(const calc_parsing *parsing, const char *sign);
bool calc_at_word(const calc_parsing *parsing, const char *word);

/* Takes this sign or word, or fails. A word may stand on a later line. */
bool calc_expect_sign(calc_parsing *parsing, const char *sign);
bool calc_expect_word(calc_parsing *parsing, const char *word);

/* Takes a name that is no word of the language, or fails. */
bool calc_expect_name(calc_parsing *parsing, hermit_text *name);

/* Fails: the token should not stand here. Returns false. */
bool calc_unexpected(calc_parsing *parsing);
bool calc_fail_at(calc_parsing *parsing, size_t at, const char *what, hermit_text with);

/* Memory for the tree; fails when there is none. */
void *calc_take_for_tree(calc_parsing *parsing, size_t size);

/* An expression; NULL after a failure. */
calc_node *calc_expression(calc_parsing *parsing);

#endif
