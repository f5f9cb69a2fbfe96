/*
 * Not wrong: its manifest names a folder that it needs beside it. There is none beside the library that is built.
 * The host must: copy that folder with the library, as it is.
 */
#include "quiet.h"

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(
    "{\"name\": \"with_files\", \"files\": [\"data\"],"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"}}",
    &table)
