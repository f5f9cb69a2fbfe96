/*
 * Wrong: its manifest lacks the required `name`.
 * The host must: refuse it in one sentence that says which key is missing; its create() is not called.
 */
#include "quiet.h"

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(
    "{\"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    " \"file_extension\": \".txt\"}}",
    &table)
