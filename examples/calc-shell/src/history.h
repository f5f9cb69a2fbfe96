/*
 * History: the cells of this session, which the shell keeps itself. Nothing is written to a file: what was
 * typed here is gone when the kernel ends.
 */
#ifndef CALC_HISTORY_H
#define CALC_HISTORY_H

#include "names.h"

/* Adds a cell. Without memory it is not remembered. */
void calc_remember(calc_session *session, uint64_t count, hermit_text code);

/* Adds the value that a cell had. */
void calc_remember_output(calc_session *session, uint64_t count, calc_value value);

/* When the session ends. */
void calc_free_history(calc_session *session);

extern const hermit_shell_history calc_history_table;

#endif
