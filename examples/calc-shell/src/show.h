/*
 * Showing: values and graphs as mime bundles, for clients that can draw and for those that cannot.
 */
#ifndef CALC_SHOW_H
#define CALC_SHOW_H

#include "run.h"

/* Shows the value of a cell, `run->value`, as its result. Returns HERMIT_OK or HERMIT_FAILED. */
hermit_status calc_show_result(const calc_run *run);

/* The statements show, update and plot. Return as a statement does. */
hermit_status calc_show(calc_run *run, const calc_statement *statement);
hermit_status calc_plot(calc_run *run, const calc_statement *statement);

/* Puts a value to a sink, as text and as JSON. Without memory it puts nothing. */
void calc_put_value(calc_value value, int digits, const hermit_bundle_sink *sink);

#endif
