/*
 * Wrong: interrupt() never returns, and the cell "spin", which it is to end, writes "begun" and goes on for
 * ever. Any other cell runs.
 *
 * The host must: answer the interrupt_request with an error that names the shell, and log the same; go on
 * answering all else on control, a second interrupt too; and end when it is shut down, having answered the
 * cell.
 */
#define _POSIX_C_SOURCE 200809L

#include <unistd.h>

#include "quiet.h"

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  if (!quiet_equal(cell->code, "spin")) return HERMIT_OK;
  const hermit_host_output* output = shell->host->extension(shell->host, quiet_text(HERMIT_EXT_OUTPUT));
  output->stream(shell->host, request, HERMIT_STDOUT, quiet_text("begun\n"));
  for (;;) pause();
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  (void)shell;
  (void)request;
  for (;;) pause();
  return HERMIT_OK;
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  return quiet_equal(id, HERMIT_EXT_INTERRUPT) ? &interrupt_table : NULL;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("stuck_interrupt"), &table)
