/*
 * The life of the shell: the exported entry, making and ending the main shell and its subshells, and what it
 * offers.
 */
#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock() beside a strict C11 */

#include <stdlib.h>
#include <time.h>

#include "exchange.h"
#include "history.h"
#include "introspection.h"
#include "manifest.h"
#include "run.h"
#include "threads.h"
#include "watch.h"

static hermit_status refuse(const hermit_text_sink *why, const char *reason) {
  why->put(why->context, calc_text(reason));
  return HERMIT_FAILED;
}

static void HERMIT_ABI take_number(void *context, hermit_text value) { calc_read_number(value, context); }

/* A setting that is a number; the host has made sure that it is one, within its limits. */
static double setting(const calc_session *session, const char *name, double otherwise) {
  double number = otherwise;
  const hermit_text_sink sink = {&number, take_number};
  if (session->settings != NULL) session->settings->value(session->host, calc_text(name), &sink);
  return number;
}

static const void *service(const hermit_host *host, const char *id) {
  return host->extension(host, calc_text(id));
}

/* Asks the host for all that the shell makes use of. */
static void find_services(calc_session *session, const hermit_host *host) {
  session->host = host;
  session->output = service(host, HERMIT_EXT_OUTPUT);
  session->input = service(host, HERMIT_EXT_INPUT);
  session->comms = service(host, HERMIT_EXT_COMM);
  session->lane = service(host, HERMIT_EXT_LANE);
  session->log = service(host, HERMIT_EXT_LOG);
  session->settings = service(host, HERMIT_EXT_SETTINGS);
  const hermit_host_embedding *embedding = service(host, HERMIT_EXT_EMBEDDING);
  if (embedding != NULL) session->program = embedding->context(host);
  session->digits = (int)setting(session, "CalcShell.digits", 15);
  session->history_size = (size_t)setting(session, "CalcShell.history_size", 1000);
}

/* Makes the lock, and the condition on the clock that nobody can set. */
static bool make_lock(calc_session *session) {
  pthread_condattr_t attributes;
  if (pthread_mutex_init(&session->lock, NULL) != 0) return false;
  bool made = pthread_condattr_init(&attributes) == 0;
  if (made) {
    made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&session->changed, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
  }
  if (!made) pthread_mutex_destroy(&session->lock);
  return made;
}

static hermit_shell *make_shell(calc_session *session, bool is_main) {
  hermit_shell *made = malloc(sizeof *made);
  if (made != NULL) *made = (hermit_shell){session, is_main, false};
  return made;
}

static hermit_status HERMIT_ABI create(const hermit_host_info *info, const hermit_host *host,
                                       hermit_shell **shell, const hermit_text_sink *why) {
  (void)info;
  calc_session *session = calloc(1, sizeof *session);
  if (session == NULL) return refuse(why, "there is no memory");
  find_services(session, host);
  hermit_shell *made = make_shell(session, true);
  if (made != NULL && make_lock(session)) {
    *shell = made;
    return HERMIT_OK;
  }
  free(made);
  free(session);
  return refuse(why, "there is no memory, or the system gives no lock");
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell *shell, hermit_shell **subshell,
                                                const hermit_text_sink *why) {
  hermit_shell *made = make_shell(shell->session, false);
  if (made == NULL) return refuse(why, "there is no memory");
  *subshell = made;
  return HERMIT_OK;
}

static const hermit_shell_subshells subshells_table = {create_subshell};

static void free_session(calc_session *session) {
  calc_free_names(session);
  calc_free_watchers(session);
  calc_free_history(session);
  pthread_cond_destroy(&session->changed);
  pthread_mutex_destroy(&session->lock);
  free(session);
}

static void HERMIT_ABI destroy(hermit_shell *shell) {
  calc_interrupt_for_good(shell);
  calc_join_threads(shell);
  calc_free_runs(shell);
  if (shell->is_main) free_session(shell->session);
  free(shell);
}

static const void *HERMIT_ABI extension(hermit_shell *shell, hermit_text id) {
  (void)shell;
  const struct {
    const char *id;
    const void *table;
  } offered[] = {{HERMIT_EXT_COMM_HANDLER, &calc_comm_handler_table},
                 {HERMIT_EXT_COMPLETE, &calc_complete_table},
                 {HERMIT_EXT_EVALUATE, &calc_evaluate_table},
                 {HERMIT_EXT_HISTORY, &calc_history_table},
                 {HERMIT_EXT_INSPECT, &calc_inspect_table},
                 {HERMIT_EXT_INTERRUPT, &calc_interrupt_table},
                 {HERMIT_EXT_IS_COMPLETE, &calc_is_complete_table},
                 {HERMIT_EXT_SUBSHELLS, &subshells_table},
                 {HERMIT_EXT_TASKS, &calc_tasks_table},
                 {HERMIT_EXT_DRAFT_VALUES, &calc_values_table}};
  for (size_t i = 0; i < sizeof offered / sizeof offered[0]; ++i) {
    if (calc_is(id, offered[i].id)) return offered[i].table;
  }
  return NULL;
}

static const hermit_shell_table table = {create, destroy, calc_execute, extension};

HERMIT_SHELL_EXPORT(calc_manifest, &table)
