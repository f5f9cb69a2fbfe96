/*
 * Not wrong, but of no use: it refuses to start, as a shell may whose language is not installed.
 * The host must: end with that sentence and the name of the file, and not call destroy(), which here would
 * end the process.
 */
#include "quiet.h"

static hermit_status HERMIT_ABI refuse(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  (void)info;
  (void)host;
  (void)shell;
  why->put(why->context, quiet_text("the moon is not full"));
  return HERMIT_FAILED;
}

static void HERMIT_ABI destroy_nothing(hermit_shell* shell) {
  (void)shell;
  abort();
}

static const hermit_shell_table table = {refuse, destroy_nothing, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("refuses"), &table)
