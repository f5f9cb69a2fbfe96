/*
 * Wrong: its table has a NULL entry, which no table may have (convention 9): execute is missing.
 * The host must: refuse it in one sentence that names the function; its create() is not called.
 */
#include "quiet.h"

static const hermit_shell_table table = {quiet_create, quiet_destroy, NULL, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("null_function"), &table)
