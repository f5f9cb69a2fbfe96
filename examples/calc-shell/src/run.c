#define _POSIX_C_SOURCE 200809L /* clock_gettime() beside a strict C11 */

#include "run.h"

#include <stdlib.h>
#include <time.h>

#include "history.h"
#include "parser.h"
#include "show.h"
#include "statements.h"

/* Waits are cut to about thirty years, so that they can be counted in microseconds. */
static const double longest_wait = 1e9;

calc_run *calc_open_run(hermit_shell *shell, hermit_request request, hermit_text code) {
  calc_session *session = shell->session;
  calc_run *run = calloc(1, sizeof *run);
  if (run == NULL) return NULL;
  if (!calc_keep(&run->arena, code, &run->code)) {
    free(run);
    return NULL;
  }
  run->shell = shell;
  run->session = session;
  run->request = request;
  run->evaluation = (calc_evaluation){
      session, request, &run->arena, &run->interrupted, &run->error, {run->code, 0, {NULL, 0}}, 0};
  atomic_init(&run->interrupted, false);
  calc_lock(session);
  if (shell->ending) atomic_store(&run->interrupted, true);
  /* An interrupt may have come after the host began the request, and before this. */
  for (size_t i = 0; i < CALC_MISSED; ++i) {
    if (session->missed[i] == request) atomic_store(&run->interrupted, true);
  }
  run->next = session->running;
  session->running = run;
  calc_unlock(session);
  return run;
}

void calc_close_run(calc_run *run) {
  calc_session *session = run->session;
  calc_lock(session);
  calc_run **link = &session->running;
  while (*link != run) link = &(*link)->next;
  *link = run->next;
  calc_unlock(session);
  calc_arena_free(&run->arena);
  free(run);
}

hermit_status calc_prepare(calc_run *run) {
  calc_statement *statements = NULL;
  const calc_parsed parsed = calc_parse(run->code, calc_text(""), &run->arena, &statements, &run->error);
  if (parsed == CALC_NO_MEMORY) return HERMIT_FAILED;
  run->frames[0].next = statements;
  return parsed == CALC_WHOLE ? HERMIT_OK : HERMIT_USER_ERROR;
}

const calc_scope *calc_scope_of(const calc_run *run) {
  return run->loops == 0 ? NULL : &run->frames[run->loops].scope;
}

hermit_status calc_enter_loop(calc_run *run, const calc_statement *loop, double first, double last) {
  if (first > last) return HERMIT_OK;
  if (run->loops == CALC_LOOPS) {
    return calc_complain(&run->evaluation, "DepthError", loop->at, "so many loops cannot be nested",
                         calc_text(""));
  }
  const calc_scope scope = {loop->name, calc_number_value(first), calc_scope_of(run)};
  run->frames[++run->loops] = (calc_frame){loop, loop->body, last, scope, calc_set_mark(&run->arena)};
  return HERMIT_OK;
}

/* At the end of a loop's body: goes round again, or leaves it. */
static void go_round(calc_run *run) {
  calc_frame *frame = &run->frames[run->loops];
  calc_rewind(&run->arena, frame->mark);
  frame->scope.value.number += 1;
  frame->next = frame->loop->body;
  if (frame->scope.value.number > frame->last) --run->loops;
}

hermit_status calc_go_through(calc_run *run) {
  while (!atomic_load(&run->interrupted)) {
    calc_frame *frame = &run->frames[run->loops];
    if (frame->next != NULL) {
      const calc_statement *statement = frame->next;
      frame->next = statement->next;
      if (run->loops == 0) run->has_value = false;
      const hermit_status status = calc_run_statement(run, statement);
      if (status != HERMIT_OK) return status;
    } else if (run->loops > 0) {
      go_round(run);
    } else {
      return HERMIT_OK;
    }
  }
  return HERMIT_INTERRUPTED;
}

/* Hands an error on to the host. */
static void HERMIT_ABI fail(void *context, const hermit_error *error) {
  const calc_run *run = context;
  run->session->host->fail(run->session->host, run->request, error);
}

hermit_status calc_conclude(calc_run *run, hermit_status status) {
  const hermit_error_sink sink = {run, fail};
  if (status == HERMIT_USER_ERROR) calc_put_error(&run->error, &sink);
  if (status == HERMIT_OK && run->has_value) {
    if (run->stored) calc_remember_output(run->session, run->execution_count, run->value);
    return calc_show_result(run);
  }
  return status;
}

/* Goes on with a cell on the host's thread. After HERMIT_PENDING it is somebody else's. */
static hermit_status go_on(calc_run *run) {
  hermit_status status = calc_go_through(run);
  if (status == HERMIT_PENDING) return status;
  status = calc_conclude(run, status);
  calc_close_run(run);
  return status;
}

hermit_status HERMIT_ABI calc_execute(hermit_shell *shell, hermit_request request, const hermit_cell *cell) {
  calc_run *run = calc_open_run(shell, request, cell->code);
  if (run == NULL) return HERMIT_FAILED;
  run->execution_count = cell->execution_count;
  run->has_thread = cell->run_mode == HERMIT_RUN_THREAD;
  run->stored = (cell->flags & HERMIT_CELL_STORE_HISTORY) != 0;
  if (run->stored) calc_remember(shell->session, cell->execution_count, cell->code);
  const hermit_status prepared = calc_prepare(run);
  if (prepared == HERMIT_OK) return go_on(run);
  calc_conclude(run, prepared);
  calc_close_run(run);
  return prepared;
}

static hermit_status HERMIT_ABI resume(hermit_shell *shell, hermit_request request) {
  calc_session *session = shell->session;
  calc_lock(session);
  calc_run *run = session->running;
  while (run != NULL && !(run->request == request && run->waiting)) run = run->next;
  if (run != NULL) run->waiting = false;
  calc_unlock(session);
  return run == NULL ? HERMIT_STALE : go_on(run);
}

const hermit_shell_tasks calc_tasks_table = {resume};

static hermit_status HERMIT_ABI interrupt(hermit_shell *shell, hermit_request request) {
  calc_session *session = shell->session;
  bool found = false, waiting = false;
  calc_lock(session);
  for (calc_run *run = session->running; run != NULL; run = run->next) {
    if (run->request != request) continue;
    atomic_store(&run->interrupted, true);
    waiting = waiting || run->waiting;
    found = true;
  }
  if (!found) {
    session->missed[session->next_missed] = request;
    session->next_missed = (session->next_missed + 1) % CALC_MISSED;
  }
  pthread_cond_broadcast(&session->changed);
  calc_unlock(session);
  if (waiting) session->lane->resume_after(session->host, request, 0);
  return HERMIT_OK;
}

const hermit_shell_interrupt calc_interrupt_table = {interrupt};

void calc_interrupt_for_good(hermit_shell *shell) {
  calc_session *session = shell->session;
  calc_lock(session);
  shell->ending = true;
  for (calc_run *run = session->running; run != NULL; run = run->next) {
    if (run->shell == shell) atomic_store(&run->interrupted, true);
  }
  pthread_cond_broadcast(&session->changed);
  calc_unlock(session);
}

void calc_free_runs(hermit_shell *shell) {
  calc_session *session = shell->session;
  for (;;) {
    calc_lock(session);
    calc_run *run = session->running;
    while (run != NULL && run->shell != shell) run = run->next;
    calc_unlock(session);
    if (run == NULL) return;
    calc_close_run(run);
  }
}

static hermit_status wait_here(calc_run *run, double seconds) {
  calc_session *session = run->session;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  const double whole = (double)(time_t)seconds;
  end.tv_sec += (time_t)whole;
  end.tv_nsec += (long)((seconds - whole) * 1e9);
  if (end.tv_nsec >= 1000000000) {
    end.tv_nsec -= 1000000000;
    ++end.tv_sec;
  }
  int waited = 0;
  calc_lock(session);
  while (!atomic_load(&run->interrupted) && waited == 0) {
    waited = pthread_cond_timedwait(&session->changed, &session->lock, &end);
  }
  calc_unlock(session);
  return atomic_load(&run->interrupted) ? HERMIT_INTERRUPTED : HERMIT_OK;
}

hermit_status calc_wait(calc_run *run, double seconds) {
  calc_session *session = run->session;
  const double time = seconds < 0 ? 0 : seconds < longest_wait ? seconds : longest_wait;
  if (run->has_thread || session->lane == NULL) return wait_here(run, time);
  const hermit_status status =
      session->lane->resume_after(session->host, run->request, (uint64_t)(time * 1e6));
  if (status != HERMIT_OK) return status;
  calc_lock(session);
  run->waiting = true;
  const bool interrupted = atomic_load(&run->interrupted);
  calc_unlock(session);
  /* One that came before this could not know that the cell would wait. */
  if (interrupted) session->lane->resume_after(session->host, run->request, 0);
  return HERMIT_PENDING;
}
