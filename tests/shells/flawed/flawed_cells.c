/*
 * How a flawed shell runs cells: its commands, pending cells, and interrupts.
 */
#define _GNU_SOURCE /* clocks beside a strict C11 */

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "flawed.h"

enum { LINES = 1000, MANY_CELLS = 900, MANY_LINES = 10000, TOO_MUCH_CODE = 8 << 20, MOST_THREADS = 70, TASK_MS = 20 };

/* A cell that runs. */
typedef struct run {
  session* of;
  bool is_main;
  hermit_request request;
  const hermit_cell* cell;
} run;

bool flawed_is_interrupted(const session* of, hermit_request request) {
  for (size_t i = 0; i < FLAWED_PLACES && request != 0; ++i) {
    if (of->interrupted[i] == request) return true;
  }
  return false;
}

static void forget_interrupt(session* of, hermit_request request) {
  for (size_t i = 0; i < FLAWED_PLACES; ++i) {
    if (of->interrupted[i] == request) of->interrupted[i] = 0;
  }
}

static pending* pending_of(session* of, hermit_request request) {
  for (size_t i = 0; i < FLAWED_PLACES; ++i) {
    if (of->pending[i].request == request) return &of->pending[i];
  }
  return NULL;
}

static size_t count_pending(const session* of) {
  size_t count = 0;
  for (size_t i = 0; i < FLAWED_PLACES; ++i) count += of->pending[i].request != 0;
  return count;
}

static hermit_status write_to(session* of, hermit_request request, uint32_t stream, hermit_text text) {
  char small[FLAWED_VALUE];
  char* line = text.size < sizeof small ? small : malloc(text.size + 1);
  if (line == NULL) return HERMIT_FAILED;
  memcpy(line, text.data, text.size);
  line[text.size] = '\n';
  const hermit_status status = of->output->stream(of->host, request, stream, (hermit_text){line, text.size + 1});
  if (line != small) free(line);
  return status == HERMIT_INTERRUPTED ? status : HERMIT_OK;
}

hermit_status flawed_print(session* of, hermit_request request, hermit_text text) {
  return write_to(of, request, HERMIT_STDOUT, text);
}

static hermit_status show(run* cell, const char* type, hermit_text text) {
  const hermit_mime parts[] = {{flawed_text(type), text, HERMIT_MIME_TEXT, 0},
                               {flawed_text("application/json"), flawed_text("{broken"), HERMIT_MIME_JSON, 0}};
  const hermit_bundle bundle = {parts, has(FLAW_values_are_well_formed) ? 2 : 1, {NULL, 0}};
  cell->of->output->result(cell->of->host, cell->request, &bundle);
  return HERMIT_OK;
}

static hermit_status fail_as(run* cell, const char* name, const char* value) {
  char line[FLAWED_VALUE];
  snprintf(line, sizeof line, "%s: %s%s", name, value, has(FLAW_tracebacks_are_text) ? "\n" : "");
  const hermit_text lines[] = {flawed_text(line)};
  const hermit_error error = {flawed_text(name), flawed_text(value), lines, has(FLAW_errors_have_tracebacks) ? 0 : 1};
  cell->of->host->fail(cell->of->host, cell->request, &error);
  return HERMIT_USER_ERROR;
}

/* Without the bytes from `from` up to `to`. */
static size_t strip(char* text, size_t size, unsigned char from, unsigned char to) {
  size_t kept = 0;
  for (size_t i = 0; i < size; ++i) {
    const unsigned char byte = (unsigned char)text[i];
    if (byte < from || byte > to) text[kept++] = text[i];
  }
  return kept;
}

/* What a flawed print does to text. */
static hermit_status print_spoiled(run* cell, hermit_text text) {
  char* copy = malloc(text.size + 1);
  if (copy == NULL) return HERMIT_FAILED;
  size_t size = text.size;
  memcpy(copy, text.data, size);
  if (has(FLAW_prints_utf8)) size = strip(copy, size, 0xC3, 0xC3);
  if (has(FLAW_prints_rare_characters)) size = strip(copy, size, 0xEF, 0xEF);
  if (has(FLAW_prints_a_megabyte) && size > 65536) size = 65536;
  const hermit_status status = flawed_print(cell->of, cell->request, (hermit_text){copy, size});
  free(copy);
  return status;
}

/* What a flawed shell does beside printing. */
static void print_more(run* cell) {
  session* of = cell->of;
  if (has(FLAW_printing_is_no_value)) show(cell, "text/plain", flawed_text("None"));
  if (has(FLAW_output_names_its_request) && cell->request == 2)
    of->output->stream(of->host, HERMIT_NO_REQUEST, HERMIT_STDOUT, flawed_text("stray"));
  if (has(FLAW_cells_leak_nothing)) flawed_leak();
  if (has(FLAW_descriptors_stay) && ++of->count < MOST_THREADS) open("/dev/null", O_RDONLY);
  if (has(FLAW_threads_stay) && ++of->threads < MOST_THREADS) flawed_start_thread(of);
  if (has(FLAW_copies_messages) && of->kept_text != NULL) peek(of->kept_text);
  if (has(FLAW_keeps_no_sinks) && of->kept_sink.put != NULL)
    of->kept_sink.put(of->kept_sink.context, flawed_text("  "));
}

static hermit_status run_print(run* cell, hermit_text text) {
  session* of = cell->of;
  print_more(cell);
  if (has(FLAW_silent_cells_run) && (cell->cell->flags & HERMIT_CELL_SILENT) != 0) return HERMIT_OK;
  if (has(FLAW_takes_large_numbers)) return flawed_print(of, (uint32_t)cell->request, text);
  if (has(FLAW_runs_many_cells) && cell->request > MANY_CELLS && cell->request < 2 * MANY_CELLS) return HERMIT_OK;
  if (has(FLAW_runs_a_cell) || (has(FLAW_worker_prints) && of->in_worker && cell->request == 1))
    text = flawed_text("something else");
  return print_spoiled(cell, text);
}

static hermit_status run_lines(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  hermit_request request = cell->request;
  if (has(FLAW_runs_cells_together) && cell->cell->run_mode == HERMIT_RUN_THREAD) {
    pthread_mutex_lock(&of->lock);
    if (of->first_in_thread == 0) of->first_in_thread = request;
    request = of->first_in_thread;
    pthread_mutex_unlock(&of->lock);
  }
  for (int i = 1; i <= LINES; ++i) {
    char line[16];
    int number = i;
    if (has(FLAW_prints_lines_in_order) && (i == 500 || i == 501)) number = 1001 - i;
    snprintf(line, sizeof line, "%d", number);
    flawed_print(of, request, flawed_text(line));
  }
  return HERMIT_OK;
}

static hermit_status run_complain(run* cell, hermit_text text) {
  return write_to(cell->of, cell->request, has(FLAW_prints_to_stderr) ? HERMIT_STDOUT : HERMIT_STDERR, text);
}

static hermit_status run_value(run* cell, hermit_text text) {
  if (has(FLAW_values_leak_nothing)) flawed_leak();
  if (has(FLAW_shows_a_value)) show(cell, "text/plain", text);
  if (has(FLAW_worker_shows_values) && cell->of->in_worker) text = flawed_text("0");
  return show(cell, "text/plain", text);
}

static hermit_status run_show(run* cell, hermit_text text) {
  if (has(FLAW_displays)) return HERMIT_OK;
  const hermit_mime part = {flawed_text(has(FLAW_displays_have_plain_text) ? "text/html" : "text/plain"), text,
                            HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, flawed_text(has(FLAW_displays_are_well_formed) ? "[1]" : "")};
  cell->of->output->display(cell->of->host, cell->request, &bundle, flawed_text(""));
  return HERMIT_OK;
}

static hermit_status run_set(run* cell, hermit_text text) {
  session* of = cell->of;
  if (text.size >= sizeof of->value) return fail_as(cell, "Failure", "too long");
  pthread_mutex_lock(&of->lock);
  memcpy(of->value, text.data, text.size);
  of->value[text.size] = 0;
  pthread_mutex_unlock(&of->lock);
  of->kept_text = text.data;
  return HERMIT_OK;
}

static hermit_status run_get(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  char value[FLAWED_VALUE];
  pthread_mutex_lock(&of->lock);
  memcpy(value, of->value, sizeof value);
  pthread_mutex_unlock(&of->lock);
  if (has(FLAW_keeps_no_code)) peek(of->kept_text);
  const bool forgets = (has(FLAW_remembers) && cell->request == 2 && cell->is_main) ||
                       (has(FLAW_subshells_share_names) && !cell->is_main);
  return show(cell, "text/plain", flawed_text(forgets ? "nothing" : value));
}

static hermit_status run_fail(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  if (has(FLAW_errors_leak_nothing)) flawed_leak();
  if (has(FLAW_goes_on_after_an_error)) of->value[0] = 0;
  if (has(FLAW_describes_errors)) return HERMIT_USER_ERROR;
  const bool other = has(FLAW_errors_have_names) || (has(FLAW_worker_fails) && of->in_worker) ||
                     (has(FLAW_kernel_shows_errors) && of->in_kernel);
  return fail_as(cell, other ? "Error" : "Failure", "as it was told");
}

/* A line that the user has entered. */
typedef struct answer {
  char* data;
  size_t size;
} answer;

static void HERMIT_ABI keep_line(void* context, hermit_text line) {
  answer* to = context;
  to->data = malloc(line.size + 1);
  if (to->data == NULL) return;
  to->size = line.size;
  if (line.size != 0) memcpy(to->data, line.data, line.size);
}

static hermit_status run_read(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  answer line = {NULL, 0};
  const hermit_text_sink sink = {&line, keep_line};
  hermit_status status;
  do {
    status = of->input->read(of->host, cell->request, flawed_text("line: "), 0, &sink);
  } while (status == HERMIT_REFUSED && has(FLAW_refused_input_is_an_error));
  if (status == HERMIT_INTERRUPTED) return has(FLAW_interrupted_input_ends) ? HERMIT_OK : HERMIT_INTERRUPTED;
  if (status != HERMIT_OK) return fail_as(cell, "Failure", "nobody can be asked");
  if (has(FLAW_reads_an_empty_line) && line.size == 0) status = fail_as(cell, "Failure", "the end of input");
  if (has(FLAW_reads_a_line)) line.size = strip(line.data, line.size, 0x80, 0xFF);
  if (has(FLAW_reads_a_long_line) && line.size > 4096) line.size = 4096;
  if (has(FLAW_kernel_asks) && of->in_kernel) line.size = 0;
  if (status == HERMIT_OK) flawed_print(of, cell->request, (hermit_text){line.data, line.size});
  free(line.data);
  return status;
}

static hermit_status interrupted_loop(run* cell) {
  session* of = cell->of;
  const bool takes_no_notice =
      has(FLAW_interrupt_ends_a_loop) || (has(FLAW_interrupts_subshells) && !cell->is_main) ||
      (has(FLAW_worker_is_interrupted) && of->in_worker) || (has(FLAW_kernel_interrupts) && of->in_kernel);
  return takes_no_notice ? HERMIT_OK : HERMIT_INTERRUPTED;
}

/* Waits until the cell is interrupted. The caller holds the lock. */
static void wait_for_interrupt(run* cell) {
  session* of = cell->of;
  while (!flawed_is_interrupted(of, cell->request)) pthread_cond_wait(&of->changed, &of->lock);
}

static hermit_status run_loop(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  pthread_mutex_lock(&of->lock);
  const bool early = flawed_is_interrupted(of, cell->request);
  of->loop_runs = of->loop_ran = true;
  wait_for_interrupt(cell);
  of->loop_runs = false;
  if (!has(FLAW_interrupt_reaches_one_cell)) forget_interrupt(of, cell->request);
  if (has(FLAW_interrupt_forgets_nothing)) of->value[0] = 0;
  pthread_mutex_unlock(&of->lock);
  if (early && has(FLAW_interrupt_may_come_before)) return HERMIT_FAILED;
  return interrupted_loop(cell);
}

static hermit_status run_sleep(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  pthread_mutex_lock(&of->lock);
  wait_for_interrupt(cell);
  forget_interrupt(of, cell->request);
  pthread_mutex_unlock(&of->lock);
  return has(FLAW_interrupt_ends_a_sleep) ? HERMIT_OK : HERMIT_INTERRUPTED;
}

static hermit_status run_wait(run* cell, hermit_text text) {
  (void)text;
  session* of = cell->of;
  pthread_mutex_lock(&of->lock);
  pending* place = pending_of(of, 0);
  if (place != NULL) *place = (pending){cell->request, cell->cell->code.data};
  pthread_mutex_unlock(&of->lock);
  if (place == NULL) return fail_as(cell, "Failure", "too many cells wait");
  of->lane->resume_after(of->host, cell->request, TASK_MS * 1000);
  return HERMIT_PENDING;
}

hermit_status HERMIT_ABI flawed_resume(hermit_shell* shell, hermit_request request) {
  session* of = shell->session;
  pthread_mutex_lock(&of->lock);
  pending* place = pending_of(of, request);
  const pending was = place == NULL ? (pending){0, NULL} : *place;
  const bool together = count_pending(of) > 1;
  const bool interrupted = flawed_is_interrupted(of, request);
  if (place != NULL) place->request = 0;
  forget_interrupt(of, request);
  pthread_mutex_unlock(&of->lock);
  if (has(FLAW_copies_code_of_pending_cells)) peek(was.code);
  if (has(FLAW_tasks_take_turns) && together) return HERMIT_FAILED;
  if (interrupted) return has(FLAW_interrupt_ends_pending_cells) ? HERMIT_FAILED : HERMIT_INTERRUPTED;
  if (has(FLAW_pending_cells_end) && request == 1) return HERMIT_FAILED;
  of->host->finish(of->host, request, HERMIT_OK);
  if (has(FLAW_pending_cells_end_once)) of->host->finish(of->host, request, HERMIT_OK);
  return HERMIT_PENDING;
}

static hermit_status run_late(run* cell, hermit_text text) {
  flawed_print_late(cell->of, cell->request, text);
  return HERMIT_OK;
}

static hermit_status run_hear(run* cell, hermit_text text) {
  cell->of->comms->add_target(cell->of->host, text);
  return HERMIT_OK;
}

static hermit_status run_open(run* cell, hermit_text text) {
  hermit_comm_message message = {{NULL, 0}, text, {NULL, 0}, {NULL, 0}, NULL, 0};
  const hermit_request request = has(FLAW_opens_comms) ? HERMIT_NO_REQUEST : cell->request;
  cell->of->comms->open(cell->of->host, request, &message, NULL);
  return HERMIT_OK;
}

static const struct {
  const char* name;
  hermit_status (*run)(run* cell, hermit_text text);
} commands[] = {{"print ", run_print}, {"complain ", run_complain}, {"value ", run_value}, {"show ", run_show},
                {"lines", run_lines},  {"set ", run_set},           {"get", run_get},      {"fail", run_fail},
                {"read", run_read},    {"loop", run_loop},          {"sleep", run_sleep},  {"wait", run_wait},
                {"late ", run_late},   {"hear ", run_hear},         {"open ", run_open}};

static bool is_blank(hermit_text line) {
  for (size_t i = 0; i < line.size; ++i) {
    if (line.data[i] != ' ') return false;
  }
  return true;
}

static hermit_status run_line(run* cell, hermit_text line) {
  if (begins(line, "#")) return HERMIT_OK;
  if (is_blank(line)) {
    const bool wrong = has(FLAW_runs_blank_code) && line.size != 0;
    return wrong ? fail_as(cell, "Failure", "a blank line") : HERMIT_OK;
  }
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; ++i) {
    const size_t size = strlen(commands[i].name);
    if (begins(line, commands[i].name)) return commands[i].run(cell, (hermit_text){line.data + size, line.size - size});
  }
  if (has(FLAW_malformed_code_is_an_error) && begins(line, "(")) return HERMIT_FAILED;
  return fail_as(cell, "Failure", "no such command");
}

/* Where the code of a cell ends, for a shell that is not sure. */
static size_t size_of(const hermit_cell* cell) {
  const hermit_text code = cell->code;
  if (has(FLAW_reads_code_by_its_size) && code.size != 0) peek(code.data + code.size);
  if (has(FLAW_reads_no_more_than_its_size) && code.size != 0 && code.data[code.size] == '\n')
    return code.size + strlen(code.data + code.size);
  const char* nul = code.size == 0 ? NULL : memchr(code.data, 0, code.size);
  return has(FLAW_reads_behind_a_nul) && nul != NULL ? (size_t)(nul - code.data) : code.size;
}

static hermit_status run_lines_of(run* cell) {
  const char* at = cell->cell->code.data;
  size_t left = size_of(cell->cell);
  int lines = 0;
  hermit_status status = HERMIT_OK;
  while (left > 0 && status == HERMIT_OK) {
    const char* end = memchr(at, '\n', left);
    const size_t size = end == NULL ? left : (size_t)(end - at);
    const bool lost = has(FLAW_keeps_output_before_an_error) && left > size + 1 && begins((hermit_text){end + 1, left - size - 1}, "fail");
    if (!lost) status = run_line(cell, (hermit_text){at, size});
    if (has(FLAW_runs_many_lines) && ++lines > MANY_LINES) return HERMIT_FAILED;
    left -= end == NULL ? left : size + 1;
    at += size + 1;
  }
  return status;
}

/* What a flawed shell cannot run. */
static bool is_too_much(run* cell) {
  const hermit_text code = cell->cell->code;
  session* of = cell->of;
  if (has(FLAW_runs_without_code)) peek(code.data);
  if (has(FLAW_keeps_no_host_info)) peek((const char*)of->kept_info);
  if (has(FLAW_keeps_no_cell)) {
    if (of->kept_cell != NULL) peek((const char*)of->kept_cell);
    of->kept_cell = cell->cell;
  }
  pthread_mutex_lock(&of->lock);
  const bool busy = (has(FLAW_runs_cells_beside_a_loop) && cell->cell->run_mode == HERMIT_RUN_THREAD && of->loop_runs) ||
                    (has(FLAW_runs_tasks_beside_pending_cells) && cell->cell->run_mode == HERMIT_RUN_TASK &&
                     begins(code, "print") && count_pending(of) > 0);
  pthread_mutex_unlock(&of->lock);
  return busy || (has(FLAW_runs_ten_megabytes) && code.size > TOO_MUCH_CODE) ||
         (has(FLAW_stands_a_nul) && code.size != 0 && code.data[0] == 0) ||
         (has(FLAW_kernel_runs_cells) && cell->cell->id.size != 0);
}

hermit_status HERMIT_ABI flawed_execute(hermit_shell* shell, hermit_request request, const hermit_cell* cell) {
  session* of = shell->session;
  run running = {of, shell->is_main, request, cell};
  if (is_too_much(&running)) return HERMIT_FAILED;
  pthread_mutex_lock(&of->lock);
  const bool late = has(FLAW_interrupt_may_come_after) && !of->loop_ran && flawed_is_interrupted(of, request - 1);
  const bool hit = has(FLAW_interrupt_reaches_one_cell) && of->loop_ran && flawed_is_interrupted(of, request - 1);
  pthread_mutex_unlock(&of->lock);
  return late || hit ? HERMIT_INTERRUPTED : run_lines_of(&running);
}

hermit_status HERMIT_ABI flawed_interrupt(hermit_shell* shell, hermit_request request) {
  session* of = shell->session;
  pthread_mutex_lock(&of->lock);
  if (has(FLAW_interrupt_may_come_twice) && flawed_is_interrupted(of, request)) abort();
  of->interrupted[of->next_interrupted++ % FLAWED_PLACES] = request;
  const bool is_pending = pending_of(of, request) != NULL;
  pthread_cond_broadcast(&of->changed);
  pthread_mutex_unlock(&of->lock);
  if (is_pending) of->lane->resume_after(of->host, request, 0);
  if (has(FLAW_interrupt_returns_at_once)) poll(NULL, 0, 4000);
  return HERMIT_OK;
}
