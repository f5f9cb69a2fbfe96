/*
 * What the files of the echo shell share: its state, a running cell, and small helpers for text.
 *
 * The shell is split by idea: echo.c holds the language, echo_output.c and echo_commands.c what its commands
 * do, echo_cells.c how cells begin, wait, go on and end, echo_threads.c those that go on in a thread,
 * echo_shell.c the life of the shell and its subshells, echo_introspection.c all that looks at code without
 * running it, echo_comms.c comms, echo_descriptors.c what goes past the host. Nothing here leaves the
 * library.
 */
#ifndef HERMIT_TESTS_SHELLS_ECHO_H
#define HERMIT_TESTS_SHELLS_ECHO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "hermit/hermit.h"

/* What a cell waits for while none of its lines runs. */
typedef enum echo_waiting {
  ECHO_FOR_NOTHING,
  ECHO_FOR_TIME, /* the host resumes it; an interrupt makes that sooner */
  ECHO_FOR_NAME  /* nobody resumes it but `set` or an interrupt */
} echo_waiting;

/* A cell that has begun and not ended. It belongs to the thread that runs it; other threads reach it only
 * through the session's list, under the lock, and touch nothing but `interrupted` and `waiting`. */
typedef struct echo_run {
  struct echo_run* next; /* in echo_session.running; guarded by the lock */
  hermit_shell* shell;
  struct echo_session* session;
  hermit_request request;
  uint64_t execution_count;
  uint32_t flags;
  uint32_t run_mode;
  hermit_text id;
  hermit_text rest;           /* the lines that have not been run */
  hermit_text again;          /* the same and the line that runs */
  size_t line;                /* number of the line that runs, from 1 */
  atomic_bool interrupted;    /* set from the control thread */
  echo_waiting waiting;       /* guarded by the lock */
  struct echo_thread* thread; /* what the cell goes on in after `pending`; else NULL */
  char text[];                /* code and id, which were only lent to execute() */
} echo_run;

/* A thread that goes on with a cell, and then prints what is to come late. */
typedef struct echo_thread {
  struct echo_thread* next; /* in echo_session.threads; guarded by the lock */
  echo_run* run;
  pthread_t id;
  uint64_t delay;   /* in milliseconds, before the rest of the cell runs */
  hermit_text late; /* part of the cell's text; printed after its end if not empty */
  bool finished;    /* the cell has ended, and its lines go on */
  bool ended;       /* guarded by the lock; from then on joining takes no time */
} echo_thread;

/* A name the user has set, and its value. */
typedef struct echo_name {
  struct echo_name* next;
  hermit_text name; /* both are allocated with malloc and belong to this */
  hermit_text value;
} echo_name;

enum { ECHO_MISSED = 8 };

/* What the main shell and its subshells have in common. It belongs to the main shell. */
typedef struct echo_session {
  const hermit_host* host;
  const hermit_host_output* output; /* never NULL; the manifest requires it */
  const hermit_host_input* input;   /* these five are NULL when the host lacks them */
  const hermit_host_comm* comms;
  const hermit_host_lane* lane;
  const hermit_host_log* log;
  const hermit_host_settings* settings;

  pthread_mutex_t lock;   /* guards all below; never held in a call of the host */
  pthread_cond_t changed; /* an interrupt has come, or a name was set */
  echo_run* running;
  echo_thread* threads;
  echo_name* names;
  hermit_request missed[ECHO_MISSED]; /* interrupts whose cell was not in `running`, oldest replaced first */
  size_t next_missed;
} echo_session;

/* The main shell or a subshell. Constant while it lives. */
struct hermit_shell {
  echo_session* session;
  pthread_t thread; /* the one that it was made on */
  bool is_main;
};

/* One command of the language. */
typedef struct echo_command {
  const char* name;
  const char* signature; /* its arguments, such as "ID TEXT" */
  const char* help;
  hermit_status (*run)(echo_run* run, hermit_text argument);
} echo_command;

/* echo.c */

/* All commands, in alphabetical order. Constant. */
extern const echo_command echo_commands[];
extern const size_t echo_commands_size;

/* Finds a command by its whole name; NULL when there is none. */
const echo_command* echo_find_command(hermit_text name);

/* Runs the lines of `run->rest` until one does not return HERMIT_OK, and returns what that returned. After
 * HERMIT_PENDING the run may belong to another thread already. */
hermit_status echo_go_through(echo_run* run);

/* Puts the parts together into one text, to be freed by the caller; its data is NULL if memory is short. */
hermit_text echo_joined(const hermit_text* parts, size_t count);
void echo_release(hermit_text text);

/* Takes the first word, up to a blank, off the front of `*text`, and the blank with it. */
hermit_text echo_take_word(hermit_text* text);

/* Reads a whole text as a decimal number of at most 18 digits, so that two of them can be added. */
bool echo_number(hermit_text text, uint64_t* value);

/* Describes an error to the host, and returns what the cell is to return. */
hermit_status echo_fail(echo_run* run, hermit_text name, hermit_text value);

/* Fails with the shell's own error: what is wrong, and with what. */
hermit_status echo_wrong(echo_run* run, const char* what, hermit_text with);

/* Turns what a call of the host came to into what the command came to: a refusal is the user's error. */
hermit_status echo_answer(echo_run* run, const char* call, hermit_status status);

/* echo_output.c */

/* Writes a text and a newline to a stream, in one call of the host. */
hermit_status echo_print_line(echo_run* run, uint32_t stream, hermit_text text);

/* The bytes that a text says in hexadecimal, to be freed by the caller; their data is NULL when it does not.
 */
hermit_text echo_bytes(hermit_text hex);

/* Shows a value of the cell. */
hermit_status echo_show_text(echo_run* run, hermit_text text);
hermit_status echo_show_number(echo_run* run, uint64_t value);

/* echo_cells.c */

hermit_status HERMIT_ABI echo_execute(hermit_shell* shell, hermit_request request, const hermit_cell* cell);
extern const hermit_shell_interrupt echo_interrupt_table;
extern const hermit_shell_tasks echo_tasks_table;

/* Waits on this thread until `milliseconds` have passed or the cell is interrupted, and says which. */
hermit_status echo_wait(echo_run* run, uint64_t milliseconds);

/* The same as a task: returns HERMIT_PENDING, to be returned to the host, which goes on with the next line
 * later. A cell that has a thread to itself waits there. */
hermit_status echo_nap(echo_run* run, uint64_t milliseconds);

/* Returns HERMIT_OK when `name` is set, else waits in the manner of echo_nap(), for the name instead of the
 * time: after HERMIT_PENDING the same line has to run again. */
hermit_status echo_await(echo_run* run, hermit_text name);

/* Goes on with the cells that await a name, on any thread. */
void echo_wake_awaiting(echo_session* session);

/* Takes the cell off the list of those that run. */
void echo_close_run(echo_run* run);

/* Interrupts all cells of a shell that have not ended. */
void echo_interrupt_all(hermit_shell* shell);

/* Frees the cells of a shell that nobody goes on with: those that wait. Only when no thread runs one. */
void echo_free_runs(hermit_shell* shell);

/* echo_threads.c */

/* Makes the rest of the cell run on a thread of its own after `delay` milliseconds, with `late`, a part of
 * the cell's code, printed after its end. Returns HERMIT_PENDING, after which the caller leaves `run` alone,
 * or HERMIT_FAILED. Only for a cell that has no thread yet. */
hermit_status echo_go_on_in_thread(echo_run* run, uint64_t delay, hermit_text late);

/* Waits for the threads that go on with cells of a shell, and frees both. */
void echo_join_threads(hermit_shell* shell);

/* echo_shell.c */

/* Sets `name` to a copy of `value`; false when memory is short. */
bool echo_set(echo_session* session, hermit_text name, hermit_text value);

/* Returns a copy of the value of `name` in `*value`, to be freed by the caller; false when there is none. */
bool echo_get(echo_session* session, hermit_text name, hermit_text* value);

/* True when the name is set. The caller holds the lock. */
bool echo_is_set(const echo_session* session, hermit_text name);

/* echo_comms.c */

extern const hermit_shell_comm_handler echo_comm_handler_table;

/* echo_introspection.c */

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

/* Whether the cell has a thread to itself, on which it may wait without keeping others waiting. */
static inline bool echo_has_thread(const echo_run* run) {
  return run->thread != NULL || run->run_mode == HERMIT_RUN_THREAD;
}

/* What the files with commands define for the table in echo.c: echo_run_X is the command X. */
#define ECHO_COMMAND(name) hermit_status echo_run_##name(echo_run* run, hermit_text argument)

ECHO_COMMAND(big);
ECHO_COMMAND(bundle);
ECHO_COMMAND(clear);
ECHO_COMMAND(display);
ECHO_COMMAND(echo);
ECHO_COMMAND(err);
ECHO_COMMAND(lines);
ECHO_COMMAND(raw);
ECHO_COMMAND(show_bundle);
ECHO_COMMAND(update);
ECHO_COMMAND(value);
ECHO_COMMAND(write);

ECHO_COMMAND(await);
ECHO_COMMAND(blocked);
ECHO_COMMAND(count);
ECHO_COMMAND(fail);
ECHO_COMMAND(finish);
ECHO_COMMAND(flags);
ECHO_COMMAND(get);
ECHO_COMMAND(id);
ECHO_COMMAND(input);
ECHO_COMMAND(late);
ECHO_COMMAND(log);
ECHO_COMMAND(mode);
ECHO_COMMAND(nap);
ECHO_COMMAND(nop);
ECHO_COMMAND(password);
ECHO_COMMAND(pending);
ECHO_COMMAND(set);
ECHO_COMMAND(settings);
ECHO_COMMAND(sleep);
ECHO_COMMAND(spin);
ECHO_COMMAND(status);
ECHO_COMMAND(thread);
ECHO_COMMAND(yield);

ECHO_COMMAND(buffer);
ECHO_COMMAND(close);
ECHO_COMMAND(meta);
ECHO_COMMAND(open);
ECHO_COMMAND(send);
ECHO_COMMAND(target);
ECHO_COMMAND(untarget);

ECHO_COMMAND(child);
ECHO_COMMAND(fd);
ECHO_COMMAND(fd_big);
ECHO_COMMAND(fd_close);
ECHO_COMMAND(fd_lines);
ECHO_COMMAND(fd_raw);
ECHO_COMMAND(gate);
ECHO_COMMAND(occupy);
ECHO_COMMAND(orphan);
ECHO_COMMAND(printf);
ECHO_COMMAND(puts);
ECHO_COMMAND(redirect);

#endif
