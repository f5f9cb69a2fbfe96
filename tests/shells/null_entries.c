/*
 * Wrong: every extension that the host asks for is a table whose entries are NULL.
 *
 * The host must: log the shell's name and the extension, do without it, and answer as for a shell that does
 * not offer it.
 */
#include "quiet.h"

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  (void)id;
  static const hermit_shell_complete nothing[4]; /* as large as any table of an extension */
  return nothing;
}

static const char manifest[] =
    "{\"name\": \"null_entries\", \"abilities\": {\"tasks\": true, \"subshells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"}}";

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
