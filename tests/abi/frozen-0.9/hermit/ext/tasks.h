/*
 * Tasks: cells that take turns on the shell thread. Two halves: the shell goes on with a task when the
 * host says so (hermit.tasks), the host says so when the shell asked for it (hermit.lane).
 *
 * A cell becomes a task when execute() returns HERMIT_PENDING after calling resume_after(); it may have been
 * given in any run mode. While it waits, the shell thread is free for other tasks. A shell with the ability
 * `tasks` can take a cell in HERMIT_RUN_TASK while another cell has not finished.
 */
#ifndef HERMIT_EXT_TASKS_H
#define HERMIT_EXT_TASKS_H

#include "hermit/host.h"
#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Offered by a shell. */
#define HERMIT_EXT_TASKS "hermit.tasks/1"

/* The shell's half. */
typedef struct hermit_shell_tasks {
  /* Goes on with a cell that is pending.
   * When: once for each resume_after(), if the cell has not ended by then.
   * Owner: nothing is lent.
   * Returns as execute() does; with HERMIT_PENDING the shell has asked to be called again, or will call
   * host->finish.
   * [shell-thread & executing] */
  hermit_status(HERMIT_ABI *resume)(hermit_shell *shell, hermit_request request);
} hermit_shell_tasks;

/* A service of the host. */
#define HERMIT_EXT_LANE "hermit.lane/1"

/* The host's half. */
typedef struct hermit_host_lane {
  /* Has the host call resume() for `request`, once, after `microseconds` (0: as soon as what was asked for
   * before has had its turn). An earlier call for the same request that has not come due is replaced, so
   * that an interrupt can wake a task that sleeps.
   * When: before execute() or resume() of that cell returns HERMIT_PENDING, and while it is pending.
   * Owner: nothing is lent.
   * Returns HERMIT_OK or HERMIT_STALE.
   * [any-thread & executing] */
  hermit_status(HERMIT_ABI *resume_after)(const hermit_host *host, hermit_request request,
                                          uint64_t microseconds);
} hermit_host_lane;

#ifdef __cplusplus
}
#endif
#endif
