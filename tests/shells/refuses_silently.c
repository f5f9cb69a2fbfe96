/*
 * Wrong: it refuses to start and does not say why.
 * The host must: end with a sentence of its own that names the file and the status, and log nothing worse
 * than that.
 */
#include "quiet.h"

static hermit_status HERMIT_ABI refuse(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  (void)info;
  (void)host;
  (void)shell;
  (void)why;
  return HERMIT_FAILED;
}

static const hermit_shell_table table = {refuse, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("refuses_silently"), &table)
