/*
 * Errors of the user's: what is wrong, and where. They end a cell, and are shown with the line that they are
 * in.
 */
#ifndef CALC_ERRORS_H
#define CALC_ERRORS_H

#include "text.h"

/* Where something stands. */
typedef struct calc_place {
  hermit_text code;     /* the cell, or the definition of a function */
  size_t at;            /* offset in it */
  hermit_text function; /* the function's name; empty for the cell itself */
} calc_place;

/* An error. Its texts lie in the arena that calc_raise() was given. */
typedef struct calc_error {
  const char *name; /* such as "SyntaxError"; NULL when there is no error */
  hermit_text message;
  hermit_text line; /* the line of code */
  size_t number;    /* of that line, from 1 */
  size_t column;    /* in characters, from 1 */
  hermit_text function;
} calc_error;

/* Fills in an error: `what` is wrong, `with` this; one of both may be empty. Returns HERMIT_USER_ERROR, or
 * HERMIT_FAILED when there is no memory. */
hermit_status calc_raise(calc_error *error, calc_arena *arena, const char *name, calc_place place,
                         const char *what, hermit_text with);

/* Gives the error, as a notebook shows it, to a sink. */
void calc_put_error(const calc_error *error, const hermit_error_sink *sink);

#endif
