/*
 * Wrong: it needs a symbol that no library defines, as a shell does that was linked without its language.
 * The host must: refuse it when loading, not at the first call, with the symbol's name in the sentence.
 */
#include "quiet.h"

hermit_status defined_by_no_library(void);

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  (void)shell;
  (void)request;
  (void)cell;
  return defined_by_no_library();
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("missing_symbol"), &table)
