/*
 * Not wrong: it offers every draft extension, and asks the host for the one that a host may have. A cell says
 * what became of that: "asked 0 times", and "the host has none".
 * The host must: have no draft, and ask for none.
 */
#include <stdio.h>

#include "hermit/ext/draft/debug.h"
#include "hermit/ext/draft/values.h"
#include "quiet.h"

/* How often the host has asked for a draft. There is one shell, and one thread that asks and that reads. */
static int asked;

static hermit_status HERMIT_ABI answer(hermit_shell* shell, hermit_request request, hermit_text content,
                                       const hermit_text_sink* reply) {
  (void)shell;
  (void)request;
  (void)content;
  reply->put(reply->context, quiet_text("{}"));
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI get(hermit_shell* shell, hermit_request request, hermit_text name,
                                    const hermit_bundle_sink* value) {
  (void)shell;
  (void)request;
  (void)name;
  (void)value;
  return HERMIT_STALE;
}

static hermit_status HERMIT_ABI put(hermit_shell* shell, hermit_request request, hermit_text name,
                                    const hermit_bundle* value) {
  (void)shell;
  (void)request;
  (void)name;
  (void)value;
  return HERMIT_UNSUPPORTED;
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  const hermit_host_output* output =
      (const hermit_host_output*)shell->host->extension(shell->host, quiet_text(HERMIT_EXT_OUTPUT));
  const void* events = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_DRAFT_DEBUG_EVENTS));
  char text[64];
  (void)cell;
  snprintf(text, sizeof text, "asked %d times, the host has %s\n", asked, events == NULL ? "none" : "it");
  return output->stream(shell->host, request, HERMIT_STDOUT, quiet_text(text));
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  static const hermit_shell_draft_debug debug_table = {answer};
  static const hermit_shell_draft_values values_table = {get, put};
  (void)shell;
  if (quiet_equal(id, HERMIT_EXT_DRAFT_DEBUG)) {
    ++asked;
    return &debug_table;
  }
  if (quiet_equal(id, HERMIT_EXT_DRAFT_VALUES)) {
    ++asked;
    return &values_table;
  }
  return NULL;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("drafts"), &table)
