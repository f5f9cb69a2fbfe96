#define _POSIX_C_SOURCE 200809L /* fnmatch() beside a strict C11 */

#include "history.h"

#include <fnmatch.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "json.h"

/* The number of the one session that there is. A client that asks for 0 means the same. */
enum { THIS_SESSION = 1, ENOUGH_DIGITS = 15 };

/* A cell that was run. Its texts end with a NUL, for fnmatch(). */
typedef struct calc_past_cell {
  uint64_t count;
  char *code;
  size_t code_size;
  char *output; /* as it was shown; NULL for none */
  size_t output_size;
} calc_past_cell;

static char *terminated(hermit_text text) {
  char *copy = malloc(text.size + 1);
  if (copy == NULL) return NULL;
  if (text.size != 0) memcpy(copy, text.data, text.size);
  copy[text.size] = '\0';
  return copy;
}

static void free_cell(calc_past_cell *cell) {
  free(cell->code);
  free(cell->output);
}

void calc_remember(calc_session *session, uint64_t count, hermit_text code) {
  calc_past_cell cell = {count, terminated(code), code.size, NULL, 0};
  if (cell.code == NULL) return;
  calc_lock(session);
  if (session->history == NULL) session->history = calloc(session->history_size, sizeof cell);
  if (session->history_count == session->history_size) {
    free_cell(&session->history[0]);
    --session->history_count;
    memmove(session->history, session->history + 1, session->history_count * sizeof cell);
  }
  const bool kept = session->history != NULL;
  if (kept) session->history[session->history_count++] = cell;
  calc_unlock(session);
  if (!kept) free_cell(&cell);
}

void calc_remember_output(calc_session *session, uint64_t count, calc_value value) {
  calc_buffer shown = {NULL, 0, 0, false};
  calc_add_value(&shown, value, session->digits, true);
  char *output = shown.failed ? NULL : terminated(calc_buffer_text(&shown));
  calc_lock(session);
  for (size_t i = session->history_count; i-- > 0 && output != NULL;) {
    calc_past_cell *cell = &session->history[i];
    if (cell->count != count || cell->output != NULL) continue;
    cell->output = output;
    cell->output_size = shown.size;
    output = NULL;
  }
  calc_unlock(session);
  free(output);
  calc_buffer_free(&shown);
}

void calc_free_history(calc_session *session) {
  for (size_t i = 0; i < session->history_count; ++i) free_cell(&session->history[i]);
  free(session->history);
}

/* A question, read. */
typedef struct calc_question {
  size_t most;   /* how many cells at most, the latest ones */
  double start;  /* the first number that is wanted */
  double stop;   /* the first that is not */
  char *pattern; /* of the code; or NULL */
  bool unique;   /* of equal cells the latest one only */
  bool with_output;
  bool elsewhere; /* it asks for another session */
} calc_question;

static bool read_question(hermit_text content, calc_arena *arena, calc_question *question) {
  hermit_text type, pattern;
  double number = 0;
  if (!calc_json_text(content, "hist_access_type", arena, &type)) return false;
  question->most = SIZE_MAX;
  question->stop = INFINITY;
  question->with_output = calc_json_true(content, "output");
  if (calc_is(type, "range")) {
    question->elsewhere =
        calc_json_number(content, "session", &number) && number != 0 && number != THIS_SESSION;
    if (calc_json_number(content, "start", &number)) question->start = number;
    if (calc_json_number(content, "stop", &number)) question->stop = number;
    return true;
  }
  if (calc_json_number(content, "n", &number) && number >= 0)
    question->most = number < 1e9 ? (size_t)number : SIZE_MAX;
  if (calc_is(type, "tail")) return true;
  question->unique = calc_json_true(content, "unique");
  if (calc_json_text(content, "pattern", arena, &pattern)) question->pattern = terminated(pattern);
  return calc_is(type, "search");
}

/* Whether a later cell has the same code. The caller holds the lock. */
static bool comes_again(const calc_session *session, size_t at) {
  for (size_t i = at + 1; i < session->history_count; ++i) {
    if (strcmp(session->history[i].code, session->history[at].code) == 0) return true;
  }
  return false;
}

static bool is_wanted(const calc_session *session, const calc_question *question, size_t at) {
  const calc_past_cell *cell = &session->history[at];
  const double number = (double)cell->count;
  if (question->elsewhere || number < question->start || number >= question->stop) return false;
  if (question->pattern != NULL && fnmatch(question->pattern, cell->code, 0) != 0) return false;
  return !question->unique || !comes_again(session, at);
}

/* Writes [session, number, code], or with [code, output] in place of the code. */
static void add_cell(calc_buffer *json, const calc_past_cell *cell, bool with_output) {
  calc_add_words(json, "[");
  calc_add_number(json, THIS_SESSION, ENOUGH_DIGITS);
  calc_add_words(json, ", ");
  calc_add_number(json, (double)cell->count, ENOUGH_DIGITS);
  calc_add_words(json, with_output ? ", [" : ", ");
  calc_add_json_text(json, (hermit_text){cell->code, cell->code_size});
  if (with_output && cell->output != NULL) {
    calc_add_words(json, ", ");
    calc_add_json_text(json, (hermit_text){cell->output, cell->output_size});
  } else if (with_output) {
    calc_add_words(json, ", null");
  }
  calc_add_words(json, with_output ? "]]" : "]");
}

static void add_cells(calc_session *session, const calc_question *question, calc_buffer *json) {
  size_t first = session->history_count, count = 0;
  calc_lock(session);
  first = session->history_count;
  for (size_t i = first; i-- > 0 && count < question->most;) {
    if (!is_wanted(session, question, i)) continue;
    first = i;
    ++count;
  }
  const char *before = "{\"history\": [";
  for (size_t i = first; i < session->history_count; ++i) {
    if (!is_wanted(session, question, i)) continue;
    calc_add_words(json, before);
    add_cell(json, &session->history[i], question->with_output);
    before = ", ";
  }
  calc_unlock(session);
  calc_add_words(json, json->size == 0 ? "{\"history\": []}" : "]}");
}

static hermit_status HERMIT_ABI query(hermit_shell *shell, hermit_request request, hermit_text content,
                                      const hermit_text_sink *reply) {
  (void)request;
  calc_arena arena = {NULL};
  calc_buffer json = {NULL, 0, 0, false};
  calc_question question;
  memset(&question, 0, sizeof question);
  const bool understood = read_question(content, &arena, &question);
  if (understood) add_cells(shell->session, &question, &json);
  const hermit_status status = !understood ? HERMIT_INVALID : json.failed ? HERMIT_FAILED : HERMIT_OK;
  if (status == HERMIT_OK) reply->put(reply->context, calc_buffer_text(&json));
  free(question.pattern);
  calc_buffer_free(&json);
  calc_arena_free(&arena);
  return status;
}

const hermit_shell_history calc_history_table = {query};
