/*
 * Interrupt: ending a cell that runs. Offered by a shell.
 */
#ifndef HERMIT_EXT_INTERRUPT_H
#define HERMIT_EXT_INTERRUPT_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_INTERRUPT "hermit.interrupt/1"

/* The table of this extension. */
typedef struct hermit_shell_interrupt {
  /* Asks the shell to end `request`, any open one (a completion too), which then finishes with
   * HERMIT_INTERRUPTED. Only asks: it does not wait for the request to end. What waits in a service of the
   * host's, such as input, has been released by the host already; a system call that the thread waits in is
   * the shell's to end. It does not reach a cell other than the one it names. One that does not return within
   * a second has failed for the user, and so have those that wait behind it; everything else goes on.
   * When: while the request is open, and more than once; just before execute() of that request begins, which
   * then returns at once; and when the request has just finished, which is nothing.
   * Owner: nothing is lent.
   * Returns HERMIT_OK, or a negative status when the shell could not take it, which the user is told.
   * [control-thread] */
  hermit_status(HERMIT_ABI *interrupt)(hermit_shell *shell, hermit_request request);
} hermit_shell_interrupt;

#ifdef __cplusplus
}
#endif
#endif
