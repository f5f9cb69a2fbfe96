/*
 * Wrong: when the process exits, long after destroy() has returned, it calls every function of the host, on
 * the thread that exits and on one of its own that it never ended. Until then it keeps every rule.
 *
 * The host must: not read what it has freed; log the shell's name; answer HERMIT_STALE or NULL; and exit as
 * if nothing had been.
 */
#include <pthread.h>
#include <stdbool.h>

#include "quiet.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t exiting_changed = PTHREAD_COND_INITIALIZER;
static bool exiting;
static pthread_t thread;

/* What the host gave in create(). */
static const hermit_host* host;
static const hermit_host_output* output;
static const hermit_host_input* input;
static const hermit_host_lane* lane;
static const hermit_host_log* journal;
static const hermit_host_settings* settings;

static hermit_request last_request;

static void HERMIT_ABI ignore(void* context, hermit_text text) {
  (void)context;
  (void)text;
}

static void call_all(void) {
  const hermit_mime part = {quiet_text("text/plain"), quiet_text("too late"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  const hermit_error error = {quiet_text("TooLate"), quiet_text("too late"), NULL, 0};
  const hermit_text_sink sink = {NULL, ignore};
  host->extension(host, quiet_text(HERMIT_EXT_OUTPUT));
  host->fail(host, last_request, &error);
  host->finish(host, last_request, HERMIT_OK);
  output->stream(host, last_request, HERMIT_STDOUT, quiet_text("too late\n"));
  output->result(host, last_request, &bundle);
  output->display(host, last_request, &bundle, quiet_text(""));
  output->update(host, last_request, &bundle, quiet_text("id"));
  output->clear(host, last_request, 0);
  input->read(host, last_request, quiet_text("too late?"), 0, &sink);
  lane->resume_after(host, last_request, 0);
  journal->write(host, HERMIT_LOG_ERROR, quiet_text("said after destroy"));
  settings->value(host, quiet_text("AfterDestroy.none"), &sink);
}

static void* wait_and_call(void* nothing) {
  pthread_mutex_lock(&lock);
  while (!exiting) pthread_cond_wait(&exiting_changed, &lock);
  pthread_mutex_unlock(&lock);
  call_all();
  return nothing;
}

/* What exit() calls. */
static void at_exit(void) {
  call_all();
  pthread_mutex_lock(&lock);
  exiting = true;
  pthread_cond_broadcast(&exiting_changed);
  pthread_mutex_unlock(&lock);
  pthread_join(thread, NULL);
}

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* given,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  host = given;
  output = host->extension(host, quiet_text(HERMIT_EXT_OUTPUT));
  input = host->extension(host, quiet_text(HERMIT_EXT_INPUT));
  lane = host->extension(host, quiet_text(HERMIT_EXT_LANE));
  journal = host->extension(host, quiet_text(HERMIT_EXT_LOG));
  settings = host->extension(host, quiet_text(HERMIT_EXT_SETTINGS));
  if (pthread_create(&thread, NULL, wait_and_call, NULL) != 0) return HERMIT_FAILED;
  if (atexit(at_exit) != 0) return HERMIT_FAILED;
  return quiet_create(info, given, shell, why);
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  last_request = request;
  return quiet_execute(shell, request, cell);
}

static const hermit_shell_table table = {create, quiet_destroy, execute, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("after_destroy"), &table)
