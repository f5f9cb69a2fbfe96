/*
 * As much JSON as the shell needs: the members of an object that the host gives, which is well-formed, and
 * values written. A shell for more than this would use a library.
 */
#ifndef CALC_JSON_H
#define CALC_JSON_H

#include "names.h"

/* Finds a member of an object by its name, which has no escapes, and gives its value as it stands there.
 * False when the JSON is no object, or has no such member. */
bool calc_json_member(hermit_text json, const char *name, hermit_text *value);

/* The same for members of one type; false for those of another. A text lies in the arena. */
bool calc_json_text(hermit_text json, const char *name, calc_arena *arena, hermit_text *text);
bool calc_json_number(hermit_text json, const char *name, double *number);
bool calc_json_true(hermit_text json, const char *name);

/* Writes a text with its quotes, or a value: a number that JSON does not have as text. */
void calc_add_json_text(calc_buffer *buffer, hermit_text text);
void calc_add_json_value(calc_buffer *buffer, calc_value value);

#endif
