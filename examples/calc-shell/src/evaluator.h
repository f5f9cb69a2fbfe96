/*
 * The evaluator: what an expression is worth.
 */
#ifndef CALC_EVALUATOR_H
#define CALC_EVALUATOR_H

#include "errors.h"
#include "names.h"

/* A name that is valid in a part of an expression or of a cell only. */
typedef struct calc_scope {
  hermit_text name;
  calc_value value;
  const struct calc_scope *outer; /* or NULL */
} calc_scope;

/* What an expression needs to be evaluated. It belongs to one thread. */
typedef struct calc_evaluation {
  calc_session *session;
  hermit_request request;         /* on whose behalf, for questions to the user */
  calc_arena *arena;              /* gets texts, and the error */
  const atomic_bool *interrupted; /* set by another thread */
  calc_error *error;
  calc_place place; /* the code that is evaluated, and the function it belongs to */
  size_t depth;     /* of calls */
} calc_evaluation;

/* Evaluates an expression. Returns HERMIT_OK with `*value`, whose text lies in the arena; HERMIT_USER_ERROR
 * with the error; HERMIT_INTERRUPTED; or HERMIT_FAILED without memory. */
hermit_status calc_evaluate(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                            calc_value *value);

/* The same for what has to be a number. */
hermit_status calc_evaluate_number(calc_evaluation *evaluation, const calc_node *node,
                                   const calc_scope *scope, double *number);

/* An error at an offset of the code that is evaluated. Returns HERMIT_USER_ERROR or HERMIT_FAILED. */
hermit_status calc_complain(calc_evaluation *evaluation, const char *name, size_t at, const char *what,
                            hermit_text with);

#endif
