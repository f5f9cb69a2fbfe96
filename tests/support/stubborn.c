/*
 * Wrong: a cell that says "ignore interrupts" never returns, whatever the host asks of the shell. It offers
 * no interrupt either, as a shell around a library that cannot be stopped. Any other cell runs.
 *
 * The host must: answer everything that does not need the shell meanwhile, and end all the same when it is
 * shut down, having answered the cell.
 */
#define _POSIX_C_SOURCE 200809L

#include <unistd.h>

#include "../shells/quiet.h"

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  (void)shell;
  (void)request;
  while (quiet_equal(cell->code, "ignore interrupts")) pause();
  return HERMIT_OK;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("stubborn"), &table)
