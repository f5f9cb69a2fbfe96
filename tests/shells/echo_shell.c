/*
 * The life of the echo shell and of its cells: the manifest and the exported entry, making and ending a
 * shell, running a cell, interrupting it, and going on with it in a thread. What the commands do is in
 * echo.c.
 *
 * Threads: cells run on the shell thread or, after `pending`, on threads of the shell's own, which
 * destroy() joins. interrupt() comes on the control thread. They share the shell's lists, under its lock;
 * the lock is never held while the host is called.
 */
#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock, and threads beside a strict C11 */

#include <stdlib.h>
#include <time.h>

#include "echo.h"

static const char manifest[] =
    "{\"name\": \"echo\",\n"
    " \"display_name\": \"Echo\",\n"
    " \"version\": \"1.0\",\n"
    " \"banner\": \"Echo: a shell that does as it is told\",\n"
    " \"language_info\": {\"name\": \"echo\", \"version\": \"1.0\", \"mimetype\": \"text/x-echo\",\n"
    "                   \"file_extension\": \".echo\"},\n"
    " \"help_links\": [{\"text\": \"Jupyter messaging\",\n"
    "                 \"url\": \"https://jupyter-client.readthedocs.io/en/stable/messaging.html\"}],\n"
    " \"abilities\": {\"concurrent_introspection\": true},\n"
    " \"requires\": [\"" HERMIT_EXT_OUTPUT
    "\"],\n"
    " \"settings\": [\n"
    "   {\"name\": \"EchoShell.greeting\", \"type\": \"text\", \"default\": \"hello\",\n"
    "    \"help\": \"Only there to be read.\"},\n"
    "   {\"name\": \"EchoShell.start_error\", \"type\": \"text\", \"default\": \"\",\n"
    "    \"help\": \"If not empty, the shell refuses to start and gives this as the reason.\"},\n"
    "   {\"name\": \"EchoShell.loud\", \"type\": \"bool\", \"default\": false,\n"
    "    \"help\": \"Only there to be read.\"},\n"
    "   {\"name\": \"EchoShell.number\", \"type\": \"integer\", \"default\": 7,\n"
    "    \"help\": \"Only there to be read.\"}]}\n";

/* Where a refusal to start is handed on to, and whether there was one. */
typedef struct refusal {
  const hermit_text_sink* why;
  bool refused;
} refusal;

/* Receives EchoShell.start_error. */
static void HERMIT_ABI receive_start_error(void* context, hermit_text value) {
  refusal* to = context;
  if (value.size == 0) return;
  to->refused = true;
  to->why->put(to->why->context, value);
}

static bool told_to_refuse(const hermit_shell* shell, const hermit_text_sink* why) {
  if (shell->settings == NULL) return false;
  refusal to = {why, false};
  const hermit_text_sink sink = {&to, receive_start_error};
  shell->settings->value(shell->host, echo_text("EchoShell.start_error"), &sink);
  return to.refused;
}

static hermit_status refuse(hermit_shell* shell, const hermit_text_sink* why, const char* reason,
                            hermit_status status) {
  free(shell);
  why->put(why->context, echo_text(reason));
  return status;
}

/* Makes the lock, and the condition on the clock that nobody can set. */
static bool make_lock(hermit_shell* shell) {
  if (pthread_mutex_init(&shell->lock, NULL) != 0) return false;
  pthread_condattr_t attributes;
  bool made = pthread_condattr_init(&attributes) == 0;
  if (made) {
    made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&shell->changed, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
  }
  if (!made) pthread_mutex_destroy(&shell->lock);
  return made;
}

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  (void)info;
  hermit_shell* made = calloc(1, sizeof *made);
  if (made == NULL) return refuse(made, why, "not enough memory", HERMIT_FAILED);
  made->host = host;
  made->output = host->extension(host, echo_text(HERMIT_EXT_OUTPUT));
  made->input = host->extension(host, echo_text(HERMIT_EXT_INPUT));
  made->log = host->extension(host, echo_text(HERMIT_EXT_LOG));
  made->settings = host->extension(host, echo_text(HERMIT_EXT_SETTINGS));
  if (made->output == NULL) {
    return refuse(made, why, "the host lacks " HERMIT_EXT_OUTPUT, HERMIT_UNSUPPORTED);
  }
  if (told_to_refuse(made, why)) {
    free(made);
    return HERMIT_FAILED;
  }
  if (!make_lock(made)) return refuse(made, why, "the system gave no lock", HERMIT_FAILED);
  *shell = made;
  return HERMIT_OK;
}

static void free_thread(echo_thread* thread) {
  pthread_join(thread->id, NULL);
  free(thread->run);
  free(thread->text);
  free(thread);
}

static void HERMIT_ABI destroy(hermit_shell* shell) {
  while (shell->threads != NULL) {
    echo_thread* thread = shell->threads;
    shell->threads = thread->next;
    free_thread(thread);
  }
  while (shell->names != NULL) {
    echo_name* name = shell->names;
    shell->names = name->next;
    free((char*)name->name.data);
    free((char*)name->value.data);
    free(name);
  }
  pthread_cond_destroy(&shell->changed);
  pthread_mutex_destroy(&shell->lock);
  free(shell);
}

/* Makes the cell known to interrupt(). An interrupt may have come between the moment at which the host
 * began the request and this one: it is not lost. */
static void open_run(echo_run* run) {
  hermit_shell* shell = run->shell;
  pthread_mutex_lock(&shell->lock);
  for (size_t i = 0; i < ECHO_MISSED; ++i) {
    if (shell->missed[i] == run->request) atomic_store(&run->interrupted, true);
  }
  run->next = shell->running;
  shell->running = run;
  pthread_mutex_unlock(&shell->lock);
}

static void close_run(echo_run* run) {
  hermit_shell* shell = run->shell;
  pthread_mutex_lock(&shell->lock);
  echo_run** link = &shell->running;
  while (*link != run) link = &(*link)->next;
  *link = run->next;
  pthread_mutex_unlock(&shell->lock);
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  echo_run* run = calloc(1, sizeof *run);
  if (run == NULL) return HERMIT_FAILED;
  run->shell = shell;
  run->request = request;
  run->execution_count = cell->execution_count;
  run->flags = cell->flags;
  run->id = cell->id;
  run->code = run->rest = cell->code;
  atomic_init(&run->interrupted, false);
  open_run(run);
  const hermit_status status = echo_run_lines(run);
  /* A thread that goes on with the run keeps it until a later call here, or destroy(), has joined it. */
  if (run->thread != NULL) return status;
  close_run(run);
  free(run);
  return status;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  bool found = false;
  pthread_mutex_lock(&shell->lock);
  for (echo_run* run = shell->running; run != NULL; run = run->next) {
    if (run->request != request) continue;
    atomic_store(&run->interrupted, true);
    found = true;
  }
  if (found) {
    pthread_cond_broadcast(&shell->changed);
  } else {
    shell->missed[shell->next_missed] = request;
    shell->next_missed = (shell->next_missed + 1) % ECHO_MISSED;
  }
  pthread_mutex_unlock(&shell->lock);
  return HERMIT_OK;
}

hermit_status echo_wait(echo_run* run, uint64_t milliseconds) {
  hermit_shell* shell = run->shell;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (time_t)(milliseconds / 1000);
  end.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_nsec -= 1000000000;
    ++end.tv_sec;
  }
  int waited = 0;
  pthread_mutex_lock(&shell->lock);
  while (!atomic_load(&run->interrupted) && waited == 0) {
    waited = pthread_cond_timedwait(&shell->changed, &shell->lock, &end);
  }
  pthread_mutex_unlock(&shell->lock);
  return atomic_load(&run->interrupted) ? HERMIT_INTERRUPTED : HERMIT_OK;
}

/* What a thread does: the rest of the cell, its end, and what comes late. */
static void* go_on(void* argument) {
  echo_thread* thread = argument;
  echo_run* run = thread->run;
  hermit_shell* shell = run->shell;
  hermit_status status = echo_wait(run, thread->delay);
  if (status == HERMIT_OK) status = echo_run_lines(run);
  close_run(run);
  shell->host->finish(shell->host, run->request, status);
  if (thread->late.size != 0) echo_print_line(run, HERMIT_STDOUT, thread->late);
  pthread_mutex_lock(&shell->lock);
  thread->ended = true;
  pthread_mutex_unlock(&shell->lock);
  return NULL;
}

/* Copies what was lent to execute(), code and id, and makes the run and `late` point into the copy. */
static bool keep_text(echo_thread* thread, hermit_text late) {
  echo_run* run = thread->run;
  thread->text = malloc(run->code.size + run->id.size);
  if (thread->text == NULL) return false;
  memcpy(thread->text, run->code.data, run->code.size);
  if (run->id.size != 0) memcpy(thread->text + run->code.size, run->id.data, run->id.size);
  if (late.size != 0) thread->late = (hermit_text){thread->text + (late.data - run->code.data), late.size};
  run->code.data = thread->text;
  run->id.data = thread->text + run->code.size;
  run->rest.data = thread->text + (run->code.size - run->rest.size);
  return true;
}

/* Joins the threads that have ended, so that their number does not grow with the number of cells. */
static void reap(hermit_shell* shell) {
  echo_thread** link = &shell->threads;
  while (*link != NULL) {
    echo_thread* thread = *link;
    pthread_mutex_lock(&shell->lock);
    const bool ended = thread->ended;
    pthread_mutex_unlock(&shell->lock);
    if (ended) {
      *link = thread->next;
      free_thread(thread);
    } else {
      link = &thread->next;
    }
  }
}

hermit_status echo_go_on_in_thread(echo_run* run, uint64_t delay, hermit_text late) {
  hermit_shell* shell = run->shell;
  reap(shell);
  echo_thread* thread = calloc(1, sizeof *thread);
  if (thread == NULL) return HERMIT_FAILED;
  thread->run = run;
  thread->delay = delay;
  const hermit_text code = run->code;
  const hermit_text id = run->id;
  const hermit_text rest = run->rest;
  if (keep_text(thread, late)) {
    run->thread = thread;
    if (pthread_create(&thread->id, NULL, go_on, thread) == 0) {
      thread->next = shell->threads;
      shell->threads = thread;
      return HERMIT_PENDING;
    }
    run->thread = NULL;
  }
  run->code = code;
  run->id = id;
  run->rest = rest;
  free(thread->text);
  free(thread);
  return HERMIT_FAILED;
}

/* Copies a text into memory of its own; false when memory is short. */
static bool copy(hermit_text from, hermit_text* to) {
  char* data = malloc(from.size + 1);
  if (data == NULL) return false;
  if (from.size != 0) memcpy(data, from.data, from.size);
  *to = (hermit_text){data, from.size};
  return true;
}

static echo_name* find_name(hermit_shell* shell, hermit_text name) {
  echo_name* found = shell->names;
  while (found != NULL && !echo_equal(found->name, name)) found = found->next;
  return found;
}

bool echo_set(hermit_shell* shell, hermit_text name, hermit_text value) {
  hermit_text own_value;
  if (!copy(value, &own_value)) return false;
  pthread_mutex_lock(&shell->lock);
  echo_name* found = find_name(shell, name);
  if (found == NULL) {
    found = calloc(1, sizeof *found);
    if (found != NULL && !copy(name, &found->name)) {
      free(found);
      found = NULL;
    }
    if (found != NULL) {
      found->next = shell->names;
      shell->names = found;
    }
  }
  if (found != NULL) {
    free((char*)found->value.data);
    found->value = own_value;
  } else {
    free((char*)own_value.data);
  }
  pthread_mutex_unlock(&shell->lock);
  return found != NULL;
}

bool echo_get(hermit_shell* shell, hermit_text name, hermit_text* value) {
  pthread_mutex_lock(&shell->lock);
  const echo_name* found = find_name(shell, name);
  const bool got = found != NULL && copy(found->value, value);
  pthread_mutex_unlock(&shell->lock);
  return got;
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  const struct {
    const char* id;
    const void* table;
  } tables[] = {{HERMIT_EXT_COMPLETE, &echo_complete_table},
                {HERMIT_EXT_EVALUATE, &echo_evaluate_table},
                {HERMIT_EXT_INSPECT, &echo_inspect_table},
                {HERMIT_EXT_INTERRUPT, &interrupt_table},
                {HERMIT_EXT_IS_COMPLETE, &echo_is_complete_table}};
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; ++i) {
    if (echo_equal(id, echo_text(tables[i].id))) return tables[i].table;
  }
  return NULL;
}

static const hermit_shell_table table = {create, destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
