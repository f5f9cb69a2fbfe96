/*
 * The parser: makes a tree of code, or says what is wrong with it, and whether another line could make it
 * right.
 */
#ifndef CALC_PARSER_H
#define CALC_PARSER_H

#include "errors.h"
#include "tree.h"

typedef enum calc_parsed {
  CALC_WHOLE,
  CALC_CUT_OFF,   /* wrong, but only because it ends where it does */
  CALC_MALFORMED, /* wrong, whatever follows */
  CALC_NO_MEMORY
} calc_parsed;

/* Parses the statements of a cell into a list, NULL for none. Tree and error lie in the arena; the tree
 * refers to the code. `function` is the name of the one that the code defines, for errors; empty for a cell.
 */
calc_parsed calc_parse(hermit_text code, hermit_text function, calc_arena *arena, calc_statement **statements,
                       calc_error *error);

/* Parses a single expression. */
calc_parsed calc_parse_expression(hermit_text code, calc_arena *arena, calc_node **node, calc_error *error);

#endif
