/*
 * The words of the language: keywords, functions and constants, each with what there is to say of it. What is
 * listed here is what the parser knows, what is completed, and what is described.
 */
#ifndef CALC_WORDS_H
#define CALC_WORDS_H

#include "text.h"
#include "tree.h"

typedef enum calc_word_kind {
  CALC_KEYWORD,   /* inside an expression or a statement */
  CALC_STATEMENT, /* begins one */
  CALC_FUNCTION,
  CALC_CONSTANT
} calc_word_kind;

typedef struct calc_word {
  const char *word;
  calc_word_kind kind;
  const char *usage; /* such as "sqrt(x)" */
  const char *help;  /* a sentence */
  calc_statement_kind statement;
  double number;                  /* of a constant */
  double (*of_one)(double first); /* a function has one of these two */
  double (*of_two)(double first, double second);
} calc_word;

/* All of them, in alphabetical order. */
extern const calc_word calc_words[];
extern const size_t calc_word_count;

/* The word that is spelled so; NULL when the language has none. */
const calc_word *calc_find_word(hermit_text name);

#endif
