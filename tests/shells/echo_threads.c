/*
 * Cells of the echo shell that go on in a thread of its own after execute() has returned, until the thread
 * calls the host's finish(). destroy() joins them all; those that have ended are joined by whoever makes the
 * next, so that their number does not grow with the number of cells.
 */
#include <stdlib.h>

#include "echo.h"

static void finish(echo_run* run, hermit_status status) {
  echo_close_run(run);
  run->session->host->finish(run->session->host, run->request, status);
  run->thread->finished = true;
}

ECHO_COMMAND(finish) {
  if (run->thread == NULL || run->thread->finished) {
    return echo_wrong(run, "finish: not in a thread, or twice", argument);
  }
  finish(run, HERMIT_OK);
  return HERMIT_OK;
}

/* What a thread does: the rest of the cell, its end, and what comes late. */
static void* go_on(void* argument) {
  echo_thread* thread = argument;
  echo_run* run = thread->run;
  echo_session* session = run->session;
  hermit_status status = echo_wait(run, thread->delay);
  if (status == HERMIT_OK) status = echo_go_through(run);
  if (!thread->finished) finish(run, status);
  if (thread->late.size != 0) echo_print_line(run, HERMIT_STDOUT, thread->late);
  pthread_mutex_lock(&session->lock);
  thread->ended = true;
  pthread_mutex_unlock(&session->lock);
  return NULL;
}

/* Takes one thread off the list: one that has ended, or with `of` any that runs a cell of that shell.
 * NULL when there is none. */
static echo_thread* take_thread(echo_session* session, const hermit_shell* of) {
  pthread_mutex_lock(&session->lock);
  echo_thread** link = &session->threads;
  while (*link != NULL && !(of == NULL ? (*link)->ended : (*link)->run->shell == of)) link = &(*link)->next;
  echo_thread* taken = *link;
  if (taken != NULL) *link = taken->next;
  pthread_mutex_unlock(&session->lock);
  return taken;
}

static void join(echo_thread* thread) {
  pthread_join(thread->id, NULL);
  free(thread->run);
  free(thread);
}

void echo_join_threads(hermit_shell* shell) {
  for (echo_thread* thread; (thread = take_thread(shell->session, shell)) != NULL;) join(thread);
}

hermit_status echo_go_on_in_thread(echo_run* run, uint64_t delay, hermit_text late) {
  echo_session* session = run->session;
  for (echo_thread* ended; (ended = take_thread(session, NULL)) != NULL;) join(ended);
  echo_thread* thread = calloc(1, sizeof *thread);
  if (thread == NULL) return HERMIT_FAILED;
  thread->run = run;
  thread->delay = delay;
  thread->late = late;
  run->thread = thread;
  /* Held so that nobody finds the thread in the list before its id is known. */
  pthread_mutex_lock(&session->lock);
  const bool made = pthread_create(&thread->id, NULL, go_on, thread) == 0;
  if (made) {
    thread->next = session->threads;
    session->threads = thread;
  }
  pthread_mutex_unlock(&session->lock);
  if (made) return HERMIT_PENDING;
  run->thread = NULL;
  free(thread);
  return HERMIT_FAILED;
}
