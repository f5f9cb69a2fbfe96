/*
 * Wrong: its manifest is no JSON.
 * The host must: refuse it in one sentence that says so and names the file; its create() is not called.
 */
#include "quiet.h"

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT("name: bad_manifest, but this is no JSON", &table)
