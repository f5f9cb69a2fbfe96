/*
 * Wrong: threads that it has started end and describe cells that are not theirs. That they call the host is
 * allowed; whose cell they name is the fault. The cells:
 *
 *   hold         keeps its thread until `release` or an interrupt, and returns HERMIT_OK
 *   fail held    on a foreign thread, describes an error of the cell that holds
 *   finish held  on a foreign thread, finishes the cell that holds, whose execute() has not returned
 *   release      lets it return
 *   fail last, finish last   the same for the cell that held last, and has ended
 *
 * Each misdeed writes what the host answered to stdout, such as "answered -4". Any other cell runs.
 *
 * The host must: give the held cell one reply, by the first finish(); log the shell's name when that cell's
 * execute() then returns something else than HERMIT_PENDING; answer HERMIT_STALE for a cell that has ended;
 * and run the next cell.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "quiet.h"

static const char manifest[] =
    "{\"name\": \"foreign_thread\", \"abilities\": {\"concurrent_cells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"}}";

/* One shell lives in a process, so that this may be static. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released_changed = PTHREAD_COND_INITIALIZER;
static hermit_request held;
static bool released;

static void write_text(const hermit_host* host, hermit_request request, const char* text) {
  const hermit_host_output* output = host->extension(host, quiet_text(HERMIT_EXT_OUTPUT));
  output->stream(host, request, HERMIT_STDOUT, quiet_text(text));
}

static hermit_status hold(const hermit_host* host, hermit_request request) {
  pthread_mutex_lock(&lock);
  held = request;
  released = false;
  pthread_mutex_unlock(&lock);
  write_text(host, request, "held\n");
  pthread_mutex_lock(&lock);
  while (!released) pthread_cond_wait(&released_changed, &lock);
  pthread_mutex_unlock(&lock);
  return HERMIT_OK;
}

static void release(void) {
  pthread_mutex_lock(&lock);
  released = true;
  pthread_cond_broadcast(&released_changed);
  pthread_mutex_unlock(&lock);
}

typedef struct misdeed {
  const hermit_host* host;
  bool fails; /* else it finishes */
  hermit_status answer;
} misdeed;

static void* commit(void* argument) {
  misdeed* to = argument;
  pthread_mutex_lock(&lock);
  const hermit_request whose = held;
  pthread_mutex_unlock(&lock);
  const hermit_error error = {quiet_text("Foreign"), quiet_text("said by another cell"), NULL, 0};
  to->answer =
      to->fails ? to->host->fail(to->host, whose, &error) : to->host->finish(to->host, whose, HERMIT_OK);
  return NULL;
}

static hermit_status in_foreign_thread(const hermit_host* host, hermit_request request, bool fails) {
  misdeed done = {host, fails, HERMIT_FAILED};
  pthread_t thread;
  if (pthread_create(&thread, NULL, commit, &done) != 0) return HERMIT_FAILED;
  pthread_join(thread, NULL);
  char text[32];
  snprintf(text, sizeof text, "answered %d\n", (int)done.answer);
  write_text(host, request, text);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  const hermit_host* host = shell->host;
  if (quiet_equal(cell->code, "hold")) return hold(host, request);
  if (quiet_equal(cell->code, "release")) release();
  if (quiet_equal(cell->code, "fail held") || quiet_equal(cell->code, "fail last")) {
    return in_foreign_thread(host, request, true);
  }
  if (quiet_equal(cell->code, "finish held") || quiet_equal(cell->code, "finish last")) {
    return in_foreign_thread(host, request, false);
  }
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  (void)shell;
  (void)request;
  release();
  return HERMIT_OK;
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  return quiet_equal(id, HERMIT_EXT_INTERRUPT) ? &interrupt_table : NULL;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
