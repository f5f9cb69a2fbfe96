/* Shows each cell in capitals. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <hermit/hermit.h>

struct hermit_shell {
  const hermit_host *host;
  const hermit_host_output *output;
};

static hermit_text text_of(const char *words) {
  const hermit_text text = {words, strlen(words)};
  return text;
}

static hermit_status create(const hermit_host_info *info, const hermit_host *host, hermit_shell **shell,
                            const hermit_text_sink *why) {
  (void)info;
  (void)why;
  hermit_shell *made = malloc(sizeof *made);
  if (made == NULL) return HERMIT_FAILED;
  made->host = host;
  made->output = host->extension(host, text_of(HERMIT_EXT_OUTPUT));
  *shell = made;
  return HERMIT_OK;
}

static void destroy(hermit_shell *shell) { free(shell); }

static hermit_status execute(hermit_shell *shell, hermit_request request, const hermit_cell *cell) {
  if (cell->code.size == 0) {
    const hermit_error error = {text_of("EmptyCell"), text_of("the cell has no code"), NULL, 0};
    shell->host->fail(shell->host, request, &error);
    return HERMIT_USER_ERROR;
  }
  char *capitals = malloc(cell->code.size);
  if (capitals == NULL) return HERMIT_FAILED;
  for (size_t i = 0; i < cell->code.size; ++i) capitals[i] = (char)toupper((unsigned char)cell->code.data[i]);
  const hermit_mime part = {text_of("text/plain"), {capitals, cell->code.size}, HERMIT_MIME_TEXT, 0};
  const hermit_bundle value = {&part, 1, {NULL, 0}};
  shell->output->result(shell->host, request, &value);
  free(capitals);
  return HERMIT_OK;
}

static const void *extension(hermit_shell *shell, hermit_text id) {
  (void)shell;
  (void)id;
  return NULL;
}

static const char manifest[] =
    "{\"name\": \"capitals\", \"display_name\": \"Capitals\", \"version\": \"1.0\","
    " \"language_info\": {\"name\": \"capitals\", \"version\": \"1.0\","
    "                   \"mimetype\": \"text/plain\", \"file_extension\": \".txt\"},"
    " \"requires\": [\"" HERMIT_EXT_OUTPUT "\"]}";

static const hermit_shell_table table = {create, destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
