/*
 * The cells of the echo shell: how one begins, is interrupted, waits, is resumed, and ends.
 *
 * Cells run on the thread of their shell or subshell, on one of their own (HERMIT_RUN_THREAD), or after
 * `pending` on a thread of the shell's; interrupt() comes on the control thread. They meet in the session's
 * lists, under its lock, which is never held while the host is called.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime beside a strict C11 */

#include <stdlib.h>
#include <time.h>

#include "echo.h"

/* Makes a cell that has its own copy of all it was lent; NULL when memory is short. */
static echo_run* make_run(hermit_shell* shell, hermit_request request, const hermit_cell* cell) {
  echo_run* run = calloc(1, sizeof *run + cell->code.size + cell->id.size);
  if (run == NULL) return NULL;
  if (cell->code.size != 0) memcpy(run->text, cell->code.data, cell->code.size);
  if (cell->id.size != 0) memcpy(run->text + cell->code.size, cell->id.data, cell->id.size);
  run->shell = shell;
  run->session = shell->session;
  run->request = request;
  run->execution_count = cell->execution_count;
  run->flags = cell->flags;
  run->run_mode = cell->run_mode;
  run->rest = (hermit_text){run->text, cell->code.size};
  run->id = (hermit_text){run->text + cell->code.size, cell->id.size};
  atomic_init(&run->interrupted, false);
  return run;
}

/* Makes the cell known to interrupt(). An interrupt may have come between the moment at which the host
 * began the request and this one: it is not lost. */
static void open_run(echo_run* run) {
  echo_session* session = run->session;
  pthread_mutex_lock(&session->lock);
  for (size_t i = 0; i < ECHO_MISSED; ++i) {
    if (session->missed[i] == run->request) atomic_store(&run->interrupted, true);
  }
  run->next = session->running;
  session->running = run;
  pthread_mutex_unlock(&session->lock);
}

void echo_close_run(echo_run* run) {
  echo_session* session = run->session;
  pthread_mutex_lock(&session->lock);
  echo_run** link = &session->running;
  while (*link != run) link = &(*link)->next;
  *link = run->next;
  pthread_mutex_unlock(&session->lock);
}

/* Runs what is left of a cell, and frees it unless it goes on: after HERMIT_PENDING it is somebody else's,
 * who may have freed it already. */
static hermit_status go_on(echo_run* run) {
  const hermit_status status = echo_go_through(run);
  if (status == HERMIT_PENDING) return status;
  echo_close_run(run);
  free(run);
  return status;
}

hermit_status HERMIT_ABI echo_execute(hermit_shell* shell, hermit_request request, const hermit_cell* cell) {
  echo_run* run = make_run(shell, request, cell);
  if (run == NULL) return HERMIT_FAILED;
  open_run(run);
  return go_on(run);
}

/* The cell with this number, or NULL. The caller holds the lock. */
static echo_run* find_run(const echo_session* session, hermit_request request) {
  echo_run* run = session->running;
  while (run != NULL && run->request != request) run = run->next;
  return run;
}

static hermit_status HERMIT_ABI resume(hermit_shell* shell, hermit_request request) {
  echo_session* session = shell->session;
  pthread_mutex_lock(&session->lock);
  echo_run* run = find_run(session, request);
  if (run != NULL) run->waiting = ECHO_FOR_NOTHING;
  pthread_mutex_unlock(&session->lock);
  if (run == NULL) return HERMIT_STALE;
  if (!atomic_load(&run->interrupted)) return go_on(run);
  echo_close_run(run);
  free(run);
  return HERMIT_INTERRUPTED;
}

const hermit_shell_tasks echo_tasks_table = {resume};

/* Has the host resume a cell at once. The cell may have ended meanwhile, which does no harm. */
static void wake(const echo_session* session, hermit_request request) {
  session->lane->resume_after(session->host, request, 0);
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  echo_session* session = shell->session;
  bool waiting = false;
  pthread_mutex_lock(&session->lock);
  echo_run* run = find_run(session, request);
  if (run != NULL) {
    atomic_store(&run->interrupted, true);
    waiting = run->waiting != ECHO_FOR_NOTHING;
    pthread_cond_broadcast(&session->changed);
  } else {
    session->missed[session->next_missed] = request;
    session->next_missed = (session->next_missed + 1) % ECHO_MISSED;
  }
  pthread_mutex_unlock(&session->lock);
  if (waiting) wake(session, request);
  return HERMIT_OK;
}

const hermit_shell_interrupt echo_interrupt_table = {interrupt};

void echo_interrupt_all(hermit_shell* shell) {
  echo_session* session = shell->session;
  pthread_mutex_lock(&session->lock);
  for (echo_run* run = session->running; run != NULL; run = run->next) {
    if (run->shell == shell) atomic_store(&run->interrupted, true);
  }
  pthread_cond_broadcast(&session->changed);
  pthread_mutex_unlock(&session->lock);
}

void echo_free_runs(hermit_shell* shell) {
  echo_session* session = shell->session;
  pthread_mutex_lock(&session->lock);
  for (echo_run** link = &session->running; *link != NULL;) {
    echo_run* run = *link;
    if (run->shell == shell) {
      *link = run->next;
      free(run);
    } else {
      link = &run->next;
    }
  }
  pthread_mutex_unlock(&session->lock);
}

hermit_status echo_wait(echo_run* run, uint64_t milliseconds) {
  echo_session* session = run->session;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (time_t)(milliseconds / 1000);
  end.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_nsec -= 1000000000;
    ++end.tv_sec;
  }
  int waited = 0;
  pthread_mutex_lock(&session->lock);
  while (!atomic_load(&run->interrupted) && waited == 0) {
    waited = pthread_cond_timedwait(&session->changed, &session->lock, &end);
  }
  pthread_mutex_unlock(&session->lock);
  return atomic_load(&run->interrupted) ? HERMIT_INTERRUPTED : HERMIT_OK;
}

hermit_status echo_nap(echo_run* run, uint64_t milliseconds) {
  if (echo_has_thread(run)) return echo_wait(run, milliseconds);
  echo_session* session = run->session;
  const hermit_status status = session->lane->resume_after(session->host, run->request, milliseconds * 1000);
  if (status != HERMIT_OK) return status;
  pthread_mutex_lock(&session->lock);
  run->waiting = ECHO_FOR_TIME;
  const bool interrupted = atomic_load(&run->interrupted);
  pthread_mutex_unlock(&session->lock);
  /* An interrupt that came before the host was asked could not know that the cell would wait. */
  if (interrupted) wake(session, run->request);
  return HERMIT_PENDING;
}

hermit_status echo_await(echo_run* run, hermit_text name) {
  echo_session* session = run->session;
  hermit_status status = HERMIT_PENDING;
  pthread_mutex_lock(&session->lock);
  while (status == HERMIT_PENDING) {
    if (echo_is_set(session, name)) {
      status = HERMIT_OK;
    } else if (atomic_load(&run->interrupted)) {
      status = HERMIT_INTERRUPTED;
    } else if (echo_has_thread(run)) {
      pthread_cond_wait(&session->changed, &session->lock);
    } else {
      run->waiting = ECHO_FOR_NAME;
      break;
    }
  }
  pthread_mutex_unlock(&session->lock);
  return status;
}

/* Takes the number of a cell that awaits a name, which from now on waits for nothing but to be resumed. */
static bool take_awaiting(echo_session* session, hermit_request* request) {
  pthread_mutex_lock(&session->lock);
  echo_run* run = session->running;
  while (run != NULL && run->waiting != ECHO_FOR_NAME) run = run->next;
  if (run != NULL) {
    run->waiting = ECHO_FOR_NOTHING;
    *request = run->request;
  }
  pthread_mutex_unlock(&session->lock);
  return run != NULL;
}

void echo_wake_awaiting(echo_session* session) {
  hermit_request request = HERMIT_NO_REQUEST;
  while (take_awaiting(session, &request)) wake(session, request);
}
