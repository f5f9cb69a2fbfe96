/*
 * What the files of the echo shell share: its state, a running cell, and small helpers for text.
 *
 * The shell is split by idea: echo.c holds the commands, echo_shell.c the life of the shell and of its
 * cells, echo_introspection.c all that looks at code without running it. Nothing here leaves the library.
 */
#ifndef HERMIT_TESTS_SHELLS_ECHO_H
#define HERMIT_TESTS_SHELLS_ECHO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "hermit/hermit.h"

/* A cell that has begun and not ended. It belongs to the thread that runs it; other threads reach it only
 * through the shell's list, under the lock, and touch nothing but `interrupted`. */
typedef struct echo_run {
  struct echo_run* next; /* in hermit_shell.running; guarded by the shell's lock */
  hermit_shell* shell;
  hermit_request request;
  uint64_t execution_count;
  uint32_t flags;
  hermit_text id;
  hermit_text code;
  hermit_text rest;           /* the part of `code` that has not been run */
  size_t line;                /* number of the line being run, from 1 */
  atomic_bool interrupted;    /* set from the control thread */
  struct echo_thread* thread; /* what the cell goes on in after execute() has returned; else NULL */
} echo_run;

/* A thread that goes on with a cell, and then prints what is to come late. */
typedef struct echo_thread {
  struct echo_thread* next; /* in hermit_shell.threads; only the shell thread follows it */
  echo_run* run;
  pthread_t id;
  uint64_t delay;   /* in milliseconds, before the rest of the cell runs */
  hermit_text late; /* part of `text`; printed after the cell's end if not empty */
  char* text;       /* own copy of the cell's code and id, which were only lent to execute() */
  bool ended;       /* guarded by the shell's lock; from then on joining takes no time */
} echo_thread;

/* A name the user has set, and its value. */
typedef struct echo_name {
  struct echo_name* next;
  hermit_text name; /* both are allocated with malloc and belong to this */
  hermit_text value;
} echo_name;

enum { ECHO_MISSED = 8 };

struct hermit_shell {
  const hermit_host* host;
  const hermit_host_output* output; /* never NULL; the manifest requires it */
  const hermit_host_input* input;   /* these three are NULL when the host lacks them */
  const hermit_host_log* log;
  const hermit_host_settings* settings;

  pthread_mutex_t lock;   /* guards all below that does not say otherwise; never held in a call of the host */
  pthread_cond_t changed; /* an interrupt has come */
  echo_run* running;
  echo_name* names;
  hermit_request missed[ECHO_MISSED]; /* interrupts whose cell was not in `running`, oldest replaced first */
  size_t next_missed;
  echo_thread* threads; /* used on the shell thread, and by destroy() */
};

/* One command of the language. */
typedef struct echo_command {
  const char* name;
  const char* signature; /* its arguments, such as "ID TEXT" */
  const char* help;
  hermit_status (*run)(echo_run* run, hermit_text argument);
} echo_command;

/* All commands, in alphabetical order. Constant. */
extern const echo_command echo_commands[];
extern const size_t echo_commands_size;

/* Finds a command by its whole name; NULL when there is none. */
const echo_command* echo_find_command(hermit_text name);

/* Runs the lines of `run->rest` until one does not return HERMIT_OK, and returns what that returned. */
hermit_status echo_run_lines(echo_run* run);

/* Writes a text and a newline to a stream, in one call of the host. */
hermit_status echo_print_line(echo_run* run, uint32_t stream, hermit_text text);

/* Waits until `milliseconds` have passed or the cell is interrupted, and says which. */
hermit_status echo_wait(echo_run* run, uint64_t milliseconds);

/* Makes the rest of the cell run on a thread of its own after `delay` milliseconds, with `late`, a part of
 * the cell's code, printed after its end. Returns HERMIT_PENDING, after which the caller leaves `run` alone,
 * or HERMIT_FAILED. Only for a cell that has no thread yet. */
hermit_status echo_go_on_in_thread(echo_run* run, uint64_t delay, hermit_text late);

/* Sets `name` to a copy of `value`; false when memory is short. */
bool echo_set(hermit_shell* shell, hermit_text name, hermit_text value);

/* Returns a copy of the value of `name` in `*value`, to be freed by the caller; false when there is none. */
bool echo_get(hermit_shell* shell, hermit_text name, hermit_text* value);

extern const hermit_shell_complete echo_complete_table;
extern const hermit_shell_inspect echo_inspect_table;
extern const hermit_shell_is_complete echo_is_complete_table;
extern const hermit_shell_evaluate echo_evaluate_table;

static inline hermit_text echo_text(const char* characters) {
  return (hermit_text){characters, strlen(characters)};
}

static inline hermit_text echo_slice(hermit_text text, size_t begin, size_t end) {
  return (hermit_text){text.size == 0 ? text.data : text.data + begin, end - begin};
}

static inline bool echo_equal(hermit_text left, hermit_text right) {
  return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

/* A value with one representation: plain text. `part` has to outlive the bundle. */
static inline hermit_bundle echo_plain(hermit_mime* part, hermit_text text) {
  *part = (hermit_mime){echo_text("text/plain"), text, HERMIT_MIME_TEXT, 0};
  return (hermit_bundle){part, 1, {NULL, 0}};
}

#endif
