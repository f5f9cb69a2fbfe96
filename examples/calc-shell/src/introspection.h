/*
 * Introspection: what the shell knows of code without running it, and the value of a single expression.
 */
#ifndef CALC_INTROSPECTION_H
#define CALC_INTROSPECTION_H

#include "session.h"

extern const hermit_shell_complete calc_complete_table;
extern const hermit_shell_inspect calc_inspect_table;
extern const hermit_shell_is_complete calc_is_complete_table;
extern const hermit_shell_evaluate calc_evaluate_table;

#endif
