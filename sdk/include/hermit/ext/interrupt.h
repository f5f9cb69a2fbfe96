/*
 * Interrupt: ending a cell that runs. Offered by a shell.
 */
#ifndef HERMIT_EXT_INTERRUPT_H
#define HERMIT_EXT_INTERRUPT_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HERMIT_EXT_INTERRUPT "hermit.interrupt/1"

typedef struct hermit_shell_interrupt {
  /* Asks the shell to end `request`, any open one (a completion too), which then finishes with
   * HERMIT_INTERRUPTED. Only asks: it must not wait for the request to end. What waits in a service of the
   * host's, such as input, has been released by the host already. May come just before execute() of that request begins, which then
   * returns at once; when the request has just finished, which is nothing; and more than once. It must
   * not reach a cell other than the one it names.
   * Returns HERMIT_OK. An interrupt that does not return within a second has failed for the user, and so
   * have those that wait behind it; everything else goes on.
   * [control-thread] */
  hermit_status(HERMIT_ABI *interrupt)(hermit_shell *shell, hermit_request request);
} hermit_shell_interrupt;

#ifdef __cplusplus
}
#endif
#endif
