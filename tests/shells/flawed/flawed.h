/*
 * What the files of the flawed shells share. Without a flaw it is a small shell that keeps every rule and uses
 * every extension; each flaw breaks the one promise that a case of `hermit check` is for.
 *
 * A cell is lines of commands: print TEXT, complain TEXT (to stderr), value TEXT, show TEXT (a display), lines
 * (1 to 1000), set TEXT, get (shows what was set), fail, read (prints the line it is given), loop and sleep (until
 * an interrupt), wait (as a pending cell), late TEXT (printed after the cell has ended), hear TARGET and open
 * TARGET (comms). "#" begins a comment, "(" is malformed, and a line that ends in "\" goes on.
 *
 * flawed_cells.c runs cells, flawed_life.c has the life of shells and subshells, flawed_questions.c answers
 * questions and comms, flawed_entry.c has the manifest and the entry, and is compiled for each flaw.
 */
#ifndef HERMIT_TESTS_SHELLS_FLAWED_H
#define HERMIT_TESTS_SHELLS_FLAWED_H

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "flaws.h"
#include "hermit/hermit.h"

enum { FLAWED_VALUE = 200, FLAWED_PLACES = 64 };

/* A cell that is pending. */
typedef struct pending {
  hermit_request request; /* 0 for a free place */
  const char* code; /* that of the cell, which was lent; of no use to a shell without a flaw */
} pending;

/* A thread that prints after its cell has ended. */
typedef struct late {
  struct late* next;
  pthread_t thread;
  struct session* session;
  hermit_request request;
  char text[FLAWED_VALUE];
} late;

/* What a shell and its subshells have in common; guarded by the lock, but for what create() fixes. */
typedef struct session {
  const hermit_host* host;
  const hermit_host_output* output;
  const hermit_host_input* input;
  const hermit_host_comm* comms;
  const hermit_host_lane* lane;
  bool in_worker; /* what no shell needs to know: where it is */
  bool in_kernel;

  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool ending;
  bool loop_runs;
  bool loop_ran;
  char value[FLAWED_VALUE];
  hermit_request interrupted[FLAWED_PLACES]; /* the last of them, the oldest replaced first */
  size_t next_interrupted;
  pending pending[FLAWED_PLACES];
  late* late;

  /* For flaws. */
  int count;
  int threads;
  hermit_request first_in_thread;
  const hermit_cell* kept_cell;
  const char* kept_text;
  const hermit_host_info* kept_info;
  hermit_text_sink kept_sink;
  pthread_t forgotten;
  char* hoard;
} session;

struct hermit_shell {
  session* session;
  bool is_main;
};

/* Which flaw this library has. */
extern const flaw flawed_as;
static inline bool has(flaw one) { return flawed_as == one; }

/* Between C strings and texts. */
static inline hermit_text flawed_text(const char* text) { return (hermit_text){text, strlen(text)}; }
static inline bool begins(hermit_text text, const char* with) {
  return text.size >= strlen(with) && memcmp(text.data, with, strlen(with)) == 0;
}
static inline bool equals(hermit_text text, const char* other) {
  return text.size == strlen(other) && begins(text, other);
}

/* Reads a byte, for flaws that are about reading where one may not. */
static inline void peek(const char* at) {
  volatile char byte = *at;
  (void)byte;
}

/* Takes memory and never frees it. */
void flawed_leak(void);

/* Whether a request was interrupted. The caller holds the lock. */
bool flawed_is_interrupted(const session* of, hermit_request request);

/* flawed_cells.c */
hermit_status HERMIT_ABI flawed_execute(hermit_shell* shell, hermit_request request, const hermit_cell* cell);
hermit_status HERMIT_ABI flawed_resume(hermit_shell* shell, hermit_request request);
hermit_status HERMIT_ABI flawed_interrupt(hermit_shell* shell, hermit_request request);
hermit_status flawed_print(session* of, hermit_request request, hermit_text text);

/* flawed_life.c */
extern const hermit_shell_table flawed_table;
/* Prints on a thread, after the cell has ended. */
void flawed_print_late(session* of, hermit_request request, hermit_text text);

/* Starts a thread for a cell, which destroy() ends. The caller runs no other cell. */
void flawed_start_thread(session* of);

/* flawed_questions.c */
extern const hermit_shell_complete flawed_complete_table, flawed_complete_again_table;
extern const hermit_shell_inspect flawed_inspect_table;
extern const hermit_shell_is_complete flawed_is_complete_table;
extern const hermit_shell_evaluate flawed_evaluate_table;
extern const hermit_shell_history flawed_history_table;
extern const hermit_shell_comm_handler flawed_comm_table;

#endif
