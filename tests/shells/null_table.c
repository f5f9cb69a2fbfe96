/*
 * Wrong: it has no table of functions.
 * The host must: refuse it in one sentence that says so.
 */
#include "quiet.h"

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("null_table"), NULL)
