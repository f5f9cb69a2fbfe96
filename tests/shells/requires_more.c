/*
 * Not wrong, but too much for this host: it requires an extension that no host has.
 * The host must: refuse it in one sentence that names the extension; its create() is not called.
 */
#include "quiet.h"

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(
    "{\"name\": \"requires_more\", \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\","
    " \"mimetype\": \"text/plain\", \"file_extension\": \".txt\"}, \"requires\": [\"hermit.teleport/1\"]}",
    &table)
