/*
 * A run: a cell that has begun and not ended, or the statements of a `later`. It goes through its statements
 * until it ends or is to wait, and can go on after that on another call, or another thread.
 *
 * A run belongs to the thread that goes on with it. Others find it in the session's list, under the lock, and
 * touch nothing but `interrupted` and `waiting`.
 */
#ifndef CALC_RUN_H
#define CALC_RUN_H

#include "evaluator.h"

/* So deep can loops be nested. */
enum { CALC_LOOPS = 16 };

/* The statements of the cell, or of the loop that runs in it. */
typedef struct calc_frame {
  const calc_statement *loop; /* NULL for the cell */
  const calc_statement *next; /* what comes next; NULL at the end */
  double last;                /* of the loop's range */
  calc_scope scope;           /* has the loop's name */
  calc_mark mark;             /* what is taken behind it is not needed by the next round */
} calc_frame;

typedef struct calc_run {
  struct calc_run *next; /* in calc_session.running; guarded by the lock */
  hermit_shell *shell;
  calc_session *session;
  hermit_request request;
  uint64_t execution_count;
  hermit_text code;
  calc_arena arena;
  calc_error error;
  calc_evaluation evaluation;
  calc_frame frames[CALC_LOOPS + 1];
  size_t loops; /* how many frames belong to loops */
  calc_value value;
  bool has_value;
  bool has_thread;         /* it may wait where it runs */
  bool stored;             /* it is in the history */
  bool waiting;            /* for the host to resume it; guarded by the lock */
  atomic_bool interrupted; /* set by other threads */
} calc_run;

/* Makes a run of a copy of the code, known to interrupt() from then on; NULL without memory. To be ended with
 * calc_close_run(). */
calc_run *calc_open_run(hermit_shell *shell, hermit_request request, hermit_text code);

/* Ends a run, and frees it. */
void calc_close_run(calc_run *run);

/* Parses the code, and makes the statements those that run. Returns HERMIT_OK, HERMIT_USER_ERROR or
 * HERMIT_FAILED. */
hermit_status calc_prepare(calc_run *run);

/* Goes on until all is done. Returns HERMIT_OK; HERMIT_PENDING when the host or a thread is going to go on
 * with it, after which the run may be gone; HERMIT_USER_ERROR with the error; HERMIT_INTERRUPTED, or
 * HERMIT_FAILED. */
hermit_status calc_go_through(calc_run *run);

/* Begins a loop: the next statements are those of its body. */
hermit_status calc_enter_loop(calc_run *run, const calc_statement *loop, double first, double last);

/* The names that are valid for the statement that runs. */
const calc_scope *calc_scope_of(const calc_run *run);

/* Waits: on this thread when the run has it for itself, and returns HERMIT_OK or HERMIT_INTERRUPTED; else
 * returns HERMIT_PENDING, for the host to go on. */
hermit_status calc_wait(calc_run *run, double seconds);

/* Interrupts all runs of a shell that ends, and all that it still begins. */
void calc_interrupt_for_good(hermit_shell *shell);

/* Frees the runs of a shell that wait to be resumed. Only when no thread goes on with one. */
void calc_free_runs(hermit_shell *shell);

/* What the shell offers, for execute() and for the extensions that are about cells. */
hermit_status HERMIT_ABI calc_execute(hermit_shell *shell, hermit_request request, const hermit_cell *cell);
extern const hermit_shell_interrupt calc_interrupt_table;
extern const hermit_shell_tasks calc_tasks_table;

/* Says how a run came out: shows its value, or its error. Returns the status for the host. */
hermit_status calc_conclude(calc_run *run, hermit_status status);

#endif
