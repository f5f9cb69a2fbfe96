/*
 * What the statements of a cell do.
 */
#ifndef CALC_STATEMENTS_H
#define CALC_STATEMENTS_H

#include "run.h"

/* Runs one statement. Returns as calc_go_through() does. */
hermit_status calc_run_statement(calc_run *run, const calc_statement *statement);

#endif
