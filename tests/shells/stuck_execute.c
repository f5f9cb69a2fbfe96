/*
 * Wrong: the cell "stuck" takes no notice of any interrupt and never returns, though interrupt() says
 * HERMIT_OK; in the main shell, in a subshell, or in a thread of its own. Any other cell runs.
 *
 * The host must: answer interrupts; answer all that does not need that thread, other subshells' cells too;
 * and end all the same when it is shut down, having answered the cell.
 */
#define _POSIX_C_SOURCE 200809L

#include <unistd.h>

#include "quiet.h"

static const char manifest[] =
    "{\"name\": \"stuck_execute\", \"abilities\": {\"concurrent_cells\": true, \"subshells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"}}";

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  if (!quiet_equal(cell->code, "stuck")) return HERMIT_OK;
  const hermit_host_output* output = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_OUTPUT));
  output->stream(shell->host, request, HERMIT_STDOUT, quiet_text("begun\n"));
  for (;;) pause();
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  (void)shell;
  (void)request;
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell* shell, hermit_shell** subshell,
                                                const hermit_text_sink* why) {
  return quiet_create(NULL, shell->host, subshell, why);
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  static const hermit_shell_subshells subshells_table = {create_subshell};
  if (quiet_equal(id, HERMIT_EXT_INTERRUPT)) return &interrupt_table;
  return quiet_equal(id, HERMIT_EXT_SUBSHELLS) ? &subshells_table : NULL;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
