/*
 * At the edge: a completion takes until an interrupt names it, and writes "asked" to the cell that runs when
 * it begins. The cell "wait" writes "waits" and is pending until an interrupt names it; any other runs.
 *
 * The host must: interrupt the completion when the user interrupts, and answer it with an error.
 */
#include <pthread.h>
#include <stdbool.h>

#include "quiet.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static hermit_request interrupted; /* the last one */
static hermit_request waiting;     /* the pending cell */

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  interrupted = waiting = HERMIT_NO_REQUEST;
  return quiet_create(info, host, shell, why);
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  const hermit_host_output* output = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_OUTPUT));
  if (!quiet_equal(cell->code, "wait")) return HERMIT_OK;
  pthread_mutex_lock(&lock);
  waiting = request;
  pthread_mutex_unlock(&lock);
  output->stream(shell->host, request, HERMIT_STDOUT, quiet_text("waits\n"));
  return HERMIT_PENDING;
}

static hermit_status HERMIT_ABI complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink* sink) {
  const hermit_host_output* output = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_OUTPUT));
  (void)code;
  (void)cursor;
  (void)sink;
  output->stream(shell->host, HERMIT_NO_REQUEST, HERMIT_STDOUT, quiet_text("asked\n"));
  pthread_mutex_lock(&lock);
  while (interrupted != request) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return HERMIT_INTERRUPTED;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  pthread_mutex_lock(&lock);
  const bool is_cell = request == waiting;
  if (!is_cell) interrupted = request;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return is_cell ? shell->host->finish(shell->host, request, HERMIT_INTERRUPTED) : HERMIT_OK;
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_complete complete_table = {complete};
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  if (quiet_equal(id, HERMIT_EXT_COMPLETE)) return &complete_table;
  return quiet_equal(id, HERMIT_EXT_INTERRUPT) ? &interrupt_table : NULL;
}

static const hermit_shell_table table = {create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT("{\"name\": \"slow_complete\", \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", "
                    "\"mimetype\": \"text/plain\", \"file_extension\": \".txt\"}, "
                    "\"abilities\": {\"concurrent_introspection\": true}}",
                    &table)
