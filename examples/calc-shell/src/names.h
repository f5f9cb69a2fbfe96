/*
 * Names: the variables and functions that the user has defined. Any thread may use them at any time.
 */
#ifndef CALC_NAMES_H
#define CALC_NAMES_H

#include <stdatomic.h>

#include "session.h"
#include "tree.h"

/* What an expression is worth. */
typedef struct calc_value {
  bool is_text;
  double number;    /* unless it is a text */
  hermit_text text; /* somebody else's: of an arena, as a rule */
} calc_value;

/* A function of the user's. It does not change. Whoever has it holds one reference. */
typedef struct calc_function {
  atomic_size_t references;
  calc_arena arena; /* has all below */
  hermit_text name;
  hermit_text code; /* the whole definition */
  const hermit_text *parameters;
  size_t parameter_count;
  const calc_node *body;
} calc_function;

/* What a name stands for. */
typedef struct calc_meaning {
  calc_value value;        /* of a variable; its text is the caller's arena's */
  calc_function *function; /* or NULL; to be released */
  uint64_t version;        /* of two meanings of a name the later has the higher one */
} calc_meaning;

/* A name as completion and comms list it. */
typedef struct calc_listed {
  hermit_text name;
  hermit_text signature; /* of a function, such as "(a, b)"; else empty */
  bool is_function;
} calc_listed;

/* Makes a function from the code of its definition, which has been parsed before; NULL without memory. */
calc_function *calc_make_function(hermit_text name, hermit_text code);
void calc_release_function(calc_function *function);

/* Gives a name a meaning. The value is copied; the reference to a function is the session's from then on.
 * False when there is no memory. */
bool calc_set_variable(calc_session *session, hermit_text name, calc_value value);
bool calc_set_function(calc_session *session, calc_function *function);

/* Finds what a name means; false when it has no meaning, or no memory is left for a text in the arena. */
bool calc_find_name(calc_session *session, hermit_text name, calc_arena *arena, calc_meaning *meaning);

/* Whether a text may be the name of a variable: no word of the language, and of the bytes that names have. */
bool calc_is_name(hermit_text text);

/* Removes a name; false when there is none. */
bool calc_forget(calc_session *session, hermit_text name);

/* Lists the names that begin so, in the arena and in alphabetical order. Returns how many, SIZE_MAX without
 * memory. */
size_t calc_list_names(calc_session *session, hermit_text start, calc_arena *arena, calc_listed **list);

/* When the session ends. */
void calc_free_names(calc_session *session);

/* Writes a value; a text with quotes around it if it is `quoted`. */
void calc_add_value(calc_buffer *buffer, calc_value value, int digits, bool quoted);

static inline calc_value calc_number_value(double number) { return (calc_value){false, number, {NULL, 0}}; }
static inline calc_value calc_text_value(hermit_text text) { return (calc_value){true, 0, text}; }

#endif
