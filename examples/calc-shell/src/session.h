/*
 * A session: what a shell and its subshells have in common. The services of the host, the names that the user
 * has defined, the cells that run, the comms and the history.
 *
 * Cells may run on several threads at once, while completion, comms and interrupts come on others. They meet
 * here. What changes is guarded by one lock, which is held for moments, and never in a call of the host.
 */
#ifndef CALC_SESSION_H
#define CALC_SESSION_H

#include <hermit/hermit.h>
#include <pthread.h>

#include "calc_program.h"
#include "text.h"

/* So many interrupts are remembered that came before their cells began: more than threads that begin cells.
 */
enum { CALC_MISSED = 16 };

typedef struct calc_session {
  /* Constant while the session lives. */
  const hermit_host *host;
  const hermit_host_output *output; /* the manifest requires it; the others may be NULL */
  const hermit_host_input *input;
  const hermit_host_comm *comms;
  const hermit_host_lane *lane;
  const hermit_host_log *log;
  const hermit_host_settings *settings;
  const calc_program *program; /* what a program that embeds the shell has given; or NULL */
  int digits;                  /* how many a number is shown with */
  size_t history_size;         /* how many cells are remembered */

  pthread_mutex_t lock;   /* guards all below */
  pthread_cond_t changed; /* a cell was interrupted; on the clock that nobody can set */
  struct calc_run *running;
  hermit_request
      missed[CALC_MISSED]; /* interrupts of cells that were not in `running`; the oldest is replaced */
  size_t next_missed;
  struct calc_thread *threads;
  struct calc_name *names; /* in alphabetical order */
  size_t name_count, name_capacity;
  uint64_t version; /* of the names: counts all changes */
  struct calc_watcher *watchers;
  struct calc_past_cell *history; /* the oldest first */
  size_t history_count;
} calc_session;

/* The main shell or a subshell. */
struct hermit_shell {
  calc_session *session;
  bool is_main;
  bool ending; /* what begins now is interrupted at once; guarded by the lock */
};

static inline void calc_lock(calc_session *session) { pthread_mutex_lock(&session->lock); }
static inline void calc_unlock(calc_session *session) { pthread_mutex_unlock(&session->lock); }

#endif
