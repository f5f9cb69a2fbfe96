/*
 * Not wrong, but slow, as a shell may be that loads a large library: create() takes as long as nobody writes
 * to the FIFO that the setting SlowCreate.gate names, or 300 ms when it names none. Cells run.
 *
 * The host must: answer what needs no shell meanwhile, kernel_info first of all; keep the cells that come,
 * and the subshells that are asked for, for the time after; and end when it is told to, whether create() has
 * returned or not.
 */
#define _POSIX_C_SOURCE 200809L /* open, and clock_gettime beside a strict C11 */

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "quiet.h"

static const char manifest[] =
    "{\"name\": \"slow_create\", \"abilities\": {\"subshells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"},"
    " \"settings\": [{\"name\": \"SlowCreate.gate\", \"type\": \"text\", \"default\": \"\","
    "               \"help\": \"A FIFO that create() waits for.\"}]}";

/* Returns when somebody has opened the FIFO for writing, and closed it. */
static void wait_at_gate(const char* path) {
  const int gate = open(path, O_RDONLY | O_CLOEXEC);
  char byte;
  if (gate < 0) return;
  while (read(gate, &byte, 1) > 0) continue;
  close(gate);
}

/* Nobody signals the condition: the time it takes is the purpose. */
static void wait_for_time(void) {
  enum { MILLISECONDS = 300 };
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t never = PTHREAD_COND_INITIALIZER;
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += MILLISECONDS * 1000000L;
  end.tv_sec += end.tv_nsec / 1000000000L;
  end.tv_nsec %= 1000000000L;
  pthread_mutex_lock(&lock);
  while (pthread_cond_timedwait(&never, &lock, &end) == 0) continue;
  pthread_mutex_unlock(&lock);
}

static void HERMIT_ABI receive_gate(void* context, hermit_text path) {
  char* copy = context;
  snprintf(copy, FILENAME_MAX, "%.*s", (int)path.size, path.size != 0 ? path.data : "");
}

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  char path[FILENAME_MAX] = "";
  const hermit_host_settings* settings = host->extension(host, quiet_text(HERMIT_EXT_SETTINGS));
  const hermit_text_sink sink = {path, receive_gate};
  settings->value(host, quiet_text("SlowCreate.gate"), &sink);
  if (path[0] != '\0') {
    wait_at_gate(path);
  } else {
    wait_for_time();
  }
  return quiet_create(info, host, shell, why);
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell* shell, hermit_shell** subshell,
                                                const hermit_text_sink* why) {
  return quiet_create(NULL, shell->host, subshell, why);
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  static const hermit_shell_subshells subshells_table = {create_subshell};
  (void)shell;
  return quiet_equal(id, HERMIT_EXT_SUBSHELLS) ? &subshells_table : NULL;
}

static const hermit_shell_table table = {create, quiet_destroy, quiet_execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
