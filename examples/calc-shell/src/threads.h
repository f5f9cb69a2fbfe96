/*
 * Threads of the shell's own: a cell that goes on in the background, and what is done later, when its cell
 * has ended.
 */
#ifndef CALC_THREADS_H
#define CALC_THREADS_H

#include "run.h"

/* Has the rest of a cell run on a thread of its own, which ends it with the host's finish(). Returns
 * HERMIT_PENDING, after which the caller leaves the run alone; HERMIT_OK when it has a thread already; or
 * HERMIT_FAILED. */
hermit_status calc_go_to_background(calc_run *run);

/* Runs code after some seconds on a thread of its own, for the request of this run. Returns HERMIT_OK or
 * HERMIT_FAILED. */
hermit_status calc_run_later(const calc_run *run, hermit_text code, double seconds);

/* Waits for the threads of a shell to end. They have been interrupted before. */
void calc_join_threads(const hermit_shell *shell);

#endif
