/* The shell for @NAME@: what Hermit calls to run the cells of a notebook.
 *
 * It begins with an adding machine for a language. Put your own interpreter in its place:
 *
 *   print WORDS     prints them
 *   NUMBER          is added to the total, which is the value of the cell
 *   # WORDS         is a comment */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hermit/hermit.h>

#include "hermit_manifest.h"

/* The state of a session. The host hands the pointer back, and never looks inside. */
struct hermit_shell {
  const hermit_host *host;
  const hermit_host_output *output;
  double total;
};

static hermit_text text_of(const char *words) {
  const hermit_text text = {words, strlen(words)};
  return text;
}

static hermit_status create(const hermit_host_info *info, const hermit_host *host, hermit_shell **shell,
                            const hermit_text_sink *why) {
  (void)info;
  hermit_shell *made = calloc(1, sizeof *made);
  if (made == NULL) {
    why->put(why->context, text_of("there is no memory"));
    return HERMIT_FAILED;
  }
  made->host = host;
  /* The manifest requires it, so it is there. */
  made->output = host->extension(host, text_of(HERMIT_EXT_OUTPUT));
  *shell = made;
  return HERMIT_OK;
}

static void destroy(hermit_shell *shell) { free(shell); }

static void print(hermit_shell *shell, hermit_request request, hermit_text words) {
  shell->output->stream(shell->host, request, HERMIT_STDOUT, words);
  shell->output->stream(shell->host, request, HERMIT_STDOUT, text_of("\n"));
}

static void show_total(hermit_shell *shell, hermit_request request) {
  char digits[32];
  snprintf(digits, sizeof digits, "%g", shell->total);
  const hermit_mime plain = {text_of("text/plain"), text_of(digits), HERMIT_MIME_TEXT, 0};
  const hermit_bundle value = {&plain, 1, {NULL, 0}};
  shell->output->result(shell->host, request, &value);
}

/* The user's code is wrong: a result like others, and no failure of the shell. */
static hermit_status fail(hermit_shell *shell, hermit_request request, const char *line) {
  const hermit_text why = text_of("NotANumber: a line is a number, or begins with \"print \"");
  const hermit_text traceback[] = {text_of(line), why};
  const hermit_error error = {text_of("NotANumber"), text_of(line), traceback, 2};
  shell->host->fail(shell->host, request, &error);
  return HERMIT_USER_ERROR;
}

/* Runs the line from `line` to `end`, where a NUL stands. */
static hermit_status run(hermit_shell *shell, hermit_request request, const char *line, const char *end,
                         int *has_value) {
  static const char verb[] = "print ";
  const size_t verb_size = sizeof verb - 1;
  *has_value = 0;
  if (line + strspn(line, " \t\r") == end || *line == '#') return HERMIT_OK;
  if (strncmp(line, verb, verb_size) == 0) {
    const hermit_text words = {line + verb_size, (size_t)(end - line) - verb_size};
    print(shell, request, words);
    return HERMIT_OK;
  }
  char *behind = NULL;
  const double number = strtod(line, &behind);
  if (behind == line || behind + strspn(behind, " \t\r") != end) return fail(shell, request, line);
  shell->total += number;
  *has_value = 1;
  return HERMIT_OK;
}

/* Runs a cell line by line, in a copy: the code is lent for the call, and has no NUL at its end. */
static hermit_status execute(hermit_shell *shell, hermit_request request, const hermit_cell *cell) {
  if (cell->code.size == 0) return HERMIT_OK;
  char *code = malloc(cell->code.size + 1);
  if (code == NULL) return HERMIT_FAILED;
  memcpy(code, cell->code.data, cell->code.size);
  char *const last = code + cell->code.size;
  hermit_status status = HERMIT_OK;
  int has_value = 0;
  for (char *line = code, *end; line < last && status == HERMIT_OK; line = end + 1) {
    end = memchr(line, '\n', (size_t)(last - line));
    if (end == NULL) end = last;
    *end = '\0';
    status = run(shell, request, line, end, &has_value);
  }
  if (status == HERMIT_OK && has_value) show_total(shell, request);
  free(code);
  return status;
}

/* What a shell offers besides running cells, such as completion, is asked for here by its id. */
static const void *extension(hermit_shell *shell, hermit_text id) {
  (void)shell;
  (void)id;
  return NULL;
}

static const hermit_shell_table table = {create, destroy, execute, extension};

HERMIT_SHELL_EXPORT(hermit_manifest, &table)
