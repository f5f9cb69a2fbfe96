/*
 * Dies, in the way and at the moment that it is told: "die WAY" dies in execute(), in complete(), or, as the data
 * of a comm, when a comm is opened; "spin WAY" writes "begun" and spins until interrupt() dies; "last WAY" runs,
 * and has destroy() die; "task WAY" is pending, and a thread of the shell's dies. The setting CrashShell.start is
 * the way in which create() dies. "ask" asks its user for a line, "open" opens a comm, "child" starts a process that
 * stays and prints its number, "descriptors" prints those that a child process has, "hoard" opens as many as
 * there can be; any other cell is printed, without a newline.
 *
 * Ways: segv bus ill fpe abort overflow exit quit kill rubbish close memory cpu.
 *
 * The host must: when the shell lives in a process of its own, answer what ran with an error that says how the
 * process ended, run the next cell in a new one, and go on.
 */
#define _GNU_SOURCE /* sockets and threads beside a strict C11 */

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "quiet.h"

static const char manifest[] =
    "{\"name\": \"crash\", \"abilities\": {\"tasks\": true, \"concurrent_introspection\": true,"
    "  \"concurrent_cells\": true, \"subshells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"},"
    " \"settings\": [{\"name\": \"CrashShell.start\", \"type\": \"text\", \"default\": \"\","
    "               \"help\": \"How create() dies.\"}]}";

/* The first descriptor that is the host's, and one above the last. */
enum { FIRST_DESCRIPTOR = 100, LAST_DESCRIPTOR = 300, WAY_SIZE = 32 };

static char last_way[WAY_SIZE];     /* of destroy() */
static char spinning_way[WAY_SIZE]; /* of interrupt() */
static hermit_shell *main_shell;

/* Too deep for any stack; what it does with the result keeps a compiler from making a loop of it. */
static int overflow(volatile const char *below, volatile const int *end) {
  volatile char here[4096];
  here[0] = below == NULL ? 0 : below[0];
  return *end != 0 ? 0 : overflow(here, end) + here[0];
}

static void write_rubbish(void) {
  const char rubbish[] = "this is no frame, and nothing that anybody could read as one";
  for (int descriptor = FIRST_DESCRIPTOR; descriptor < LAST_DESCRIPTOR; ++descriptor) {
    send(descriptor, rubbish, sizeof rubbish, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  for (;;) pause();
}

static void close_descriptors(void) {
  for (int descriptor = FIRST_DESCRIPTOR; descriptor < LAST_DESCRIPTOR; ++descriptor) close(descriptor);
}

static void take_all_memory(void) {
  enum { PIECE = 1 << 20 };
  for (;;) {
    char *piece = malloc(PIECE);
    if (piece == NULL) abort();
    memset(piece, 1, PIECE);
  }
}

/* Has no name outside, and so is one that a backtrace finds only when it is exported. */
HERMIT_EXPORT void crash_here(const char *way) {
  static int *volatile nowhere = (int *)QUIET_NOWHERE;
  volatile int zero = 0;
  if (strcmp(way, "segv") == 0) *nowhere = 1;
  if (strcmp(way, "bus") == 0) raise(SIGBUS);
#if defined(__x86_64__)
  if (strcmp(way, "ill") == 0) __asm__ volatile("ud2");
#else
  if (strcmp(way, "ill") == 0) raise(SIGILL);
#endif
  if (strcmp(way, "fpe") == 0) zero = 1 / zero, raise(SIGFPE);
  if (strcmp(way, "abort") == 0) abort();
  if (strcmp(way, "overflow") == 0) zero = overflow(NULL, &zero);
  if (strcmp(way, "exit") == 0) exit(3);
  if (strcmp(way, "quit") == 0) _exit(0);
  if (strcmp(way, "kill") == 0) raise(SIGKILL);
  if (strcmp(way, "rubbish") == 0) write_rubbish();
  if (strcmp(way, "close") == 0) close_descriptors();
  if (strcmp(way, "memory") == 0) take_all_memory();
  if (strcmp(way, "cpu") == 0) for (;;) zero = 1;
}

/* What follows `word` in `text`; 0 when it does not begin with it. */
static int follows(hermit_text text, const char *word, char *rest) {
  const size_t size = strlen(word);
  if (text.size < size || memcmp(text.data, word, size) != 0) return 0;
  snprintf(rest, WAY_SIZE, "%.*s", (int)(text.size - size), text.data + size);
  return 1;
}

static void HERMIT_ABI take_start(void *context, hermit_text way) { follows(way, "", context); }

static hermit_status HERMIT_ABI create(const hermit_host_info *info, const hermit_host *host,
                                       hermit_shell **shell, const hermit_text_sink *why) {
  char way[WAY_SIZE] = "";
  const hermit_host_settings *settings = host->extension(host, quiet_text(HERMIT_EXT_SETTINGS));
  const hermit_host_comm *comms = host->extension(host, quiet_text(HERMIT_EXT_COMM));
  const hermit_text_sink sink = {way, take_start};
  settings->value(host, quiet_text("CrashShell.start"), &sink);
  crash_here(way);
  comms->add_target(host, quiet_text("crash"));
  const hermit_status made = quiet_create(info, host, shell, why);
  if (main_shell == NULL) main_shell = *shell;
  return made;
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell *shell, hermit_shell **subshell,
                                                const hermit_text_sink *why) {
  return quiet_create(NULL, shell->host, subshell, why);
}

static void HERMIT_ABI destroy(hermit_shell *shell) {
  if (shell == main_shell) crash_here(last_way);
  quiet_destroy(shell);
}

static void *die_in_thread(void *way) {
  crash_here(way);
  return NULL;
}

static void HERMIT_ABI ignore_line(void *context, hermit_text line) {
  (void)context;
  (void)line;
}

static hermit_status ask(hermit_shell *shell, hermit_request request) {
  const hermit_host_input *input = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_INPUT));
  const hermit_text_sink sink = {NULL, ignore_line};
  return input->read(shell->host, request, quiet_text("line? "), 0, &sink);
}

static hermit_status open_comm(hermit_shell *shell, hermit_request request) {
  const hermit_host_comm *comms = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_COMM));
  hermit_comm_message message;
  memset(&message, 0, sizeof message);
  message.target = quiet_text("of the client");
  return comms->open(shell->host, request, &message, NULL);
}

static hermit_status start_child(void) {
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  printf("%d", (int)child);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI execute(hermit_shell *shell, hermit_request request,
                                        const hermit_cell *cell) {
  static char thread_way[WAY_SIZE];
  char way[WAY_SIZE];
  pthread_t thread;
  const hermit_host_output *output = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_OUTPUT));
  if (quiet_equal(cell->code, "ask")) return ask(shell, request);
  if (quiet_equal(cell->code, "open")) return open_comm(shell, request);
  if (quiet_equal(cell->code, "child")) return start_child();
  while (quiet_equal(cell->code, "hoard")) {
    if (dup(0) < 0) return HERMIT_OK;
  }
  if (quiet_equal(cell->code, "descriptors")) return system("ls /proc/self/fd") == 0 ? HERMIT_OK : HERMIT_FAILED;
  output->stream(shell->host, request, HERMIT_STDOUT, cell->code);
  if (follows(cell->code, "die ", way)) crash_here(way);
  if (follows(cell->code, "last ", way)) strcpy(last_way, way);
  if (follows(cell->code, "spin ", spinning_way)) {
    for (;;) pause();
  }
  if (!follows(cell->code, "task ", thread_way)) return HERMIT_OK;
  pthread_create(&thread, NULL, die_in_thread, thread_way);
  pthread_detach(thread);
  return HERMIT_PENDING;
}

static hermit_status HERMIT_ABI complete(hermit_shell *shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink *matches) {
  char way[WAY_SIZE];
  (void)shell;
  (void)request;
  (void)cursor;
  (void)matches;
  if (follows(code, "die ", way)) crash_here(way);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell *shell, hermit_request request) {
  (void)shell;
  (void)request;
  crash_here(spinning_way);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI opened(hermit_shell *shell, hermit_request request,
                                       const hermit_comm_message *message) {
  char way[WAY_SIZE];
  (void)shell;
  (void)request;
  if (!follows(message->data, "{\"die\":\"", way)) return HERMIT_OK;
  way[strcspn(way, "\"")] = '\0';
  crash_here(way);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI ignore_comm(hermit_shell *shell, hermit_request request,
                                            const hermit_comm_message *message) {
  (void)shell;
  (void)request;
  (void)message;
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI resume(hermit_shell *shell, hermit_request request) {
  (void)shell;
  (void)request;
  return HERMIT_PENDING;
}

static const void *HERMIT_ABI extension(hermit_shell *shell, hermit_text id) {
  static const hermit_shell_complete complete_table = {complete};
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  static const hermit_shell_subshells subshells_table = {create_subshell};
  static const hermit_shell_comm_handler comm_table = {opened, ignore_comm, ignore_comm};
  static const hermit_shell_tasks tasks_table = {resume};
  (void)shell;
  if (quiet_equal(id, HERMIT_EXT_COMPLETE)) return &complete_table;
  if (quiet_equal(id, HERMIT_EXT_INTERRUPT)) return &interrupt_table;
  if (quiet_equal(id, HERMIT_EXT_SUBSHELLS)) return &subshells_table;
  if (quiet_equal(id, HERMIT_EXT_COMM_HANDLER)) return &comm_table;
  return quiet_equal(id, HERMIT_EXT_TASKS) ? &tasks_table : NULL;
}

static const hermit_shell_table table = {create, destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
