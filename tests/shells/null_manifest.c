/*
 * Wrong: it has no manifest at all.
 * The host must: refuse it in one sentence that says so.
 */
#include "quiet.h"

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(NULL, &table)
