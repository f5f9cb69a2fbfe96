/*
 * The lexer: code as a row of tokens, read one after another. It never looks behind the end of the code, and
 * takes any bytes.
 *
 * Names may have letters of any alphabet. A text stands between two quotes on one line, and has no escapes. A
 * comment begins with # and ends with its line.
 */
#ifndef CALC_LEXER_H
#define CALC_LEXER_H

#include "text.h"

typedef enum calc_token_kind {
  CALC_TOKEN_END,     /* of the code */
  CALC_TOKEN_NEWLINE, /* or a semicolon */
  CALC_TOKEN_NUMBER,
  CALC_TOKEN_TEXT,
  CALC_TOKEN_NAME, /* also a keyword; the parser tells them apart by where they stand */
  CALC_TOKEN_SIGN, /* such as + or <= */
  CALC_TOKEN_WRONG /* what no token begins with, a text without an end, or a number that is none */
} calc_token_kind;

typedef struct calc_token {
  calc_token_kind kind;
  hermit_text text; /* as it stands in the code; a text without its quotes */
  size_t begin;     /* offset of the first byte, a quote included */
  size_t end;       /* offset behind the last */
  double number;    /* of a number */
} calc_token;

/* Where in the code the lexer is. A copy of it comes back to that place. */
typedef struct calc_lexer {
  hermit_text code;
  size_t at;
} calc_lexer;

calc_token calc_next_token(calc_lexer *lexer);

/* Whether a byte may be part of a name: a letter, a digit, _, or part of a character that is not ASCII. */
bool calc_is_name_byte(char byte);

#endif
