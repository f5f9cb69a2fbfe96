/*
 * Wrong: create() returns HERMIT_OK and has stored no shell.
 * The host must: refuse it in one sentence, and call no other function of it.
 */
#include "quiet.h"

static hermit_status HERMIT_ABI make_nothing(const hermit_host_info* info, const hermit_host* host,
                                             hermit_shell** shell, const hermit_text_sink* why) {
  (void)info;
  (void)host;
  (void)shell;
  (void)why;
  return HERMIT_OK;
}

static const hermit_shell_table table = {make_nothing, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("makes_nothing"), &table)
