#include "threads.h"

#include <stdlib.h>

/* A thread, from its start until somebody has joined it. */
typedef struct calc_thread {
  struct calc_thread *next; /* in calc_session.threads; guarded by the lock */
  const hermit_shell *shell;
  calc_session *session;
  calc_run *run; /* ended by the thread */
  pthread_t id;
  bool is_late;   /* its cell has ended */
  double seconds; /* that it waits before */
  bool ended;     /* guarded by the lock; from then on joining takes no time */
} calc_thread;

/* The error of what is late has no cell to belong to, so it is printed. */
static void HERMIT_ABI print_error(void *context, const hermit_error *error) {
  const calc_run *run = context;
  const calc_session *session = run->session;
  calc_buffer line = {NULL, 0, 0, false};
  calc_add(&line, error->name);
  calc_add_words(&line, ": ");
  calc_add(&line, error->value);
  calc_add_words(&line, "\n");
  session->output->stream(session->host, run->request, HERMIT_STDERR, calc_buffer_text(&line));
  calc_buffer_free(&line);
}

static void run_late(calc_thread *thread) {
  calc_run *run = thread->run;
  const hermit_error_sink sink = {run, print_error};
  hermit_status status = calc_prepare(run);
  if (status == HERMIT_OK) status = calc_wait(run, thread->seconds);
  if (status == HERMIT_OK) status = calc_go_through(run);
  if (status == HERMIT_USER_ERROR) calc_put_error(&run->error, &sink);
  calc_close_run(run);
}

static void run_rest(const calc_thread *thread) {
  const hermit_host *host = thread->session->host;
  const hermit_request request = thread->run->request;
  const hermit_status status = calc_conclude(thread->run, calc_go_through(thread->run));
  calc_close_run(thread->run);
  host->finish(host, request, status);
}

static void *begin(void *argument) {
  calc_thread *thread = argument;
  if (thread->is_late) {
    run_late(thread);
  } else {
    run_rest(thread);
  }
  calc_lock(thread->session);
  thread->ended = true;
  calc_unlock(thread->session);
  return NULL;
}

/* Takes one off the list: one of a shell, or with NULL one that has ended. NULL when there is none. */
static calc_thread *take(calc_session *session, const hermit_shell *of) {
  calc_lock(session);
  calc_thread **link = &session->threads;
  while (*link != NULL && !(of == NULL ? (*link)->ended : (*link)->shell == of)) link = &(*link)->next;
  calc_thread *taken = *link;
  if (taken != NULL) *link = taken->next;
  calc_unlock(session);
  return taken;
}

static void join(calc_thread *thread) {
  pthread_join(thread->id, NULL);
  free(thread);
}

void calc_join_threads(const hermit_shell *shell) {
  for (calc_thread *thread; (thread = take(shell->session, shell)) != NULL;) join(thread);
}

/* Starts a thread for a run. Those that have ended are joined here, so that they do not become more and more.
 */
static bool start(calc_run *run, bool is_late, double seconds) {
  calc_session *session = run->session;
  for (calc_thread *ended; (ended = take(session, NULL)) != NULL;) join(ended);
  calc_thread *thread = calloc(1, sizeof *thread);
  if (thread == NULL) return false;
  thread->shell = run->shell;
  thread->session = session;
  thread->run = run;
  thread->is_late = is_late;
  thread->seconds = seconds;
  run->has_thread = true;
  /* Held so that nobody finds the thread in the list before its id is known. */
  calc_lock(session);
  const bool made = pthread_create(&thread->id, NULL, begin, thread) == 0;
  if (made) {
    thread->next = session->threads;
    session->threads = thread;
  }
  calc_unlock(session);
  if (!made) free(thread);
  return made;
}

hermit_status calc_go_to_background(calc_run *run) {
  if (run->has_thread) return HERMIT_OK;
  if (start(run, false, 0)) return HERMIT_PENDING;
  run->has_thread = false;
  return HERMIT_FAILED;
}

hermit_status calc_run_later(const calc_run *run, hermit_text code, double seconds) {
  calc_run *late = calc_open_run(run->shell, run->request, code);
  if (late == NULL) return HERMIT_FAILED;
  if (start(late, true, seconds)) return HERMIT_OK;
  calc_close_run(late);
  return HERMIT_FAILED;
}
