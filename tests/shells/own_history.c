/*
 * Keeps every rule, and its history itself: a query for "tail" answers with one cell of session 7, one for
 * "search" fails, one for "range" answers with what is no reply.
 *
 * The host must: pass the first answer on; answer the others with errors; and record nothing itself.
 */
#include "quiet.h"

static int holds(hermit_text text, const char* word) {
  const size_t size = strlen(word);
  for (size_t at = 0; at + size <= text.size; ++at) {
    if (memcmp(text.data + at, word, size) == 0) return 1;
  }
  return 0;
}

static hermit_status HERMIT_ABI query(hermit_shell* shell, hermit_request request, hermit_text content,
                                      const hermit_text_sink* reply) {
  (void)shell;
  (void)request;
  if (holds(content, "search")) return HERMIT_FAILED;
  reply->put(reply->context, quiet_text(holds(content, "range") ? "[]" : "{\"history\": [[7, 1, \"mine\"]]}"));
  return HERMIT_OK;
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_history history_table = {query};
  return quiet_equal(id, HERMIT_EXT_HISTORY) ? &history_table : NULL;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("own_history"), &table)
