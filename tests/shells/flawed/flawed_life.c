/*
 * The life of a flawed shell: create and destroy, subshells, extensions, and threads that print late.
 */
#define _GNU_SOURCE /* dup2, clocks and locales beside a strict C11 */

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "flawed.h"

enum { LEAK = 100 * 1024, SUBSHELLS = 40 };

void flawed_leak(void) {
  static char* volatile last;
  last = malloc(LEAK);
  if (last != NULL) memset(last, 1, LEAK);
}

static hermit_status refuse(const hermit_text_sink* why, const char* reason) {
  why->put(why->context, flawed_text(reason));
  return HERMIT_FAILED;
}

/* Where this runs: the second word of the command line says it. */
static void look_around(session* of) {
  char line[4096] = "";
  FILE* file = fopen("/proc/self/cmdline", "r");
  if (file == NULL) return;
  const size_t size = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  const char* verb = line + strlen(line) + 1;
  of->in_worker = verb < line + size && strcmp(verb, "worker") == 0;
  of->in_kernel = verb < line + size && strcmp(verb, "start") == 0;
}

static void* sleep_until_ending(void* argument) {
  session* of = argument;
  pthread_mutex_lock(&of->lock);
  while (!of->ending) pthread_cond_wait(&of->changed, &of->lock);
  pthread_mutex_unlock(&of->lock);
  return NULL;
}

static void* sleep_for_ever(void* argument) {
  while (pause() != 0) {
  }
  return argument;
}

/* What a shell does at its start that it should leave alone. */
static void meddle(session* of, const hermit_host_info* info) {
  if (has(FLAW_keeps_signal_handlers)) signal(SIGINT, SIG_IGN);
  if (has(FLAW_keeps_descriptors)) dup2(open("/dev/zero", O_RDONLY), 0);
  if (has(FLAW_keeps_the_locale)) setlocale(LC_ALL, "C.UTF-8");
  if (has(FLAW_ends_its_threads)) pthread_create(&of->forgotten, NULL, sleep_for_ever, NULL);
  if (has(FLAW_needs_only_what_it_requires)) peek((const char*)of->input);
  if (has(FLAW_keeps_no_host_info)) of->kept_info = info;
  if (has(FLAW_lives_leak_nothing)) flawed_leak();
}

/* What the first shell has set, for a second that should not know. */
static session* first_session;

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host, hermit_shell** shell,
                                       const hermit_text_sink* why) {
  static int lives;
  if (has(FLAW_is_created)) return HERMIT_OK;
  if (has(FLAW_lives_again) && ++lives > 2) return refuse(why, "it has lived");
  session* of = calloc(1, sizeof *of);
  hermit_shell* made = calloc(1, sizeof *made);
  if (of == NULL || made == NULL) return refuse(why, "not enough memory");
  of->host = host;
  of->output = host->extension(host, flawed_text(HERMIT_EXT_OUTPUT));
  of->input = host->extension(host, flawed_text(HERMIT_EXT_INPUT));
  of->comms = host->extension(host, flawed_text(HERMIT_EXT_COMM));
  of->lane = host->extension(host, flawed_text(HERMIT_EXT_LANE));
  look_around(of);
  pthread_mutex_init(&of->lock, NULL);
  pthread_cond_init(&of->changed, NULL);
  meddle(of, info);
  if (has(FLAW_lives_are_apart) && first_session != NULL) memcpy(of->value, first_session->value, sizeof of->value);
  first_session = of;
  made->session = of;
  made->is_main = true;
  *shell = made;
  return HERMIT_OK;
}

static void* print_late(void* argument) {
  late* this = argument;
  session* of = this->session;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 50 * 1000 * 1000;
  if (until.tv_nsec >= 1000 * 1000 * 1000) {
    ++until.tv_sec;
    until.tv_nsec -= 1000 * 1000 * 1000;
  }
  pthread_mutex_lock(&of->lock);
  while (!of->ending && pthread_cond_timedwait(&of->changed, &of->lock, &until) == 0) {
  }
  pthread_mutex_unlock(&of->lock);
  flawed_print(of, this->request, flawed_text(this->text));
  return NULL;
}

/* The same, of a shell that does not wait for it. */
static void* print_too_late(void* argument) {
  late* this = argument;
  poll(NULL, 0, 100); /* destroy() is over by then */
  const hermit_host_output* output = this->session->output;
  output->stream(this->session->host, this->request, HERMIT_STDOUT, flawed_text(this->text));
  return NULL;
}

void flawed_print_late(session* of, hermit_request request, hermit_text text) {
  late* made = calloc(1, sizeof *made);
  if (made == NULL || text.size >= sizeof made->text) {
    free(made);
    return;
  }
  made->session = of;
  made->request = request;
  memcpy(made->text, text.data, text.size);
  if (has(FLAW_calls_nothing_after_destroy)) {
    pthread_create(&made->thread, NULL, print_too_late, made);
    pthread_detach(made->thread);
    return;
  }
  pthread_mutex_lock(&of->lock);
  made->next = of->late;
  of->late = made;
  pthread_mutex_unlock(&of->lock);
  pthread_create(&made->thread, NULL, print_late, made);
}

void flawed_start_thread(session* of) {
  late* made = calloc(1, sizeof *made);
  if (made == NULL) return;
  made->next = of->late;
  of->late = made;
  pthread_create(&made->thread, NULL, sleep_until_ending, of);
}

static void join_threads(session* of) {
  pthread_mutex_lock(&of->lock);
  of->ending = true;
  pthread_cond_broadcast(&of->changed);
  pthread_mutex_unlock(&of->lock);
  while (of->late != NULL) {
    late* one = of->late;
    of->late = one->next;
    pthread_join(one->thread, NULL);
    free(one);
  }
}

static void HERMIT_ABI destroy(hermit_shell* shell) {
  session* of = shell->session;
  const bool is_main = shell->is_main;
  free(shell);
  if (!is_main) return;
  for (int i = 0; has(FLAW_ends_with_a_cell_pending) && i < FLAWED_PLACES; ++i) {
    if (of->pending[i].request != 0) abort();
  }
  if (has(FLAW_kernel_shuts_down) && of->in_kernel) abort();
  if (has(FLAW_kernel_shuts_down_while_busy) && of->in_kernel && of->loop_ran) abort();
  join_threads(of);
  if (first_session == of) first_session = NULL;
  /* Threads that print when they should not still look here. */
  if (has(FLAW_calls_nothing_after_destroy)) return;
  pthread_cond_destroy(&of->changed);
  pthread_mutex_destroy(&of->lock);
  free(of);
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell* shell, hermit_shell** subshell,
                                                const hermit_text_sink* why) {
  session* of = shell->session;
  pthread_mutex_lock(&of->lock);
  const bool busy = has(FLAW_subshells_run_beside_a_loop) && of->loop_runs;
  const bool too_many = has(FLAW_makes_many_subshells) && ++of->count > SUBSHELLS;
  pthread_mutex_unlock(&of->lock);
  if (busy) return refuse(why, "the main shell is busy");
  if (too_many) return refuse(why, "too many subshells");
  hermit_shell* made = calloc(1, sizeof *made);
  if (made == NULL) return refuse(why, "not enough memory");
  made->session = of;
  *subshell = made;
  return HERMIT_OK;
}

static const hermit_shell_interrupt interrupt_table = {flawed_interrupt};
static const hermit_shell_subshells subshells_table = {create_subshell};
static const hermit_shell_tasks tasks_table = {flawed_resume};
static const hermit_shell_tasks tasks_without_resume = {NULL};

static const struct {
  const char* id;
  const void* table;
} tables[] = {{HERMIT_EXT_COMM_HANDLER, &flawed_comm_table},   {HERMIT_EXT_COMPLETE, &flawed_complete_table},
              {HERMIT_EXT_EVALUATE, &flawed_evaluate_table},   {HERMIT_EXT_HISTORY, &flawed_history_table},
              {HERMIT_EXT_INSPECT, &flawed_inspect_table},     {HERMIT_EXT_INTERRUPT, &interrupt_table},
              {HERMIT_EXT_IS_COMPLETE, &flawed_is_complete_table}, {HERMIT_EXT_SUBSHELLS, &subshells_table},
              {HERMIT_EXT_TASKS, &tasks_table}};

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  if (has(FLAW_extension_tables_are_whole) && equals(id, HERMIT_EXT_TASKS)) return &tasks_without_resume;
  if (has(FLAW_abilities_have_extensions) && equals(id, HERMIT_EXT_COMM_HANDLER)) return NULL;
  if (has(FLAW_unknown_extensions_are_null) && begins(id, "hermit.complete")) return &flawed_complete_table;
  if (has(FLAW_extension_ids_are_lent)) peek(id.data + id.size);
  if (has(FLAW_extensions_stay_the_same) && equals(id, HERMIT_EXT_COMPLETE)) {
    return ++shell->session->count % 2 == 0 ? &flawed_complete_again_table : &flawed_complete_table;
  }
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; ++i) {
    if (equals(id, tables[i].id)) return tables[i].table;
  }
  return NULL;
}

const hermit_shell_table flawed_table = {create, destroy, flawed_execute, extension};
