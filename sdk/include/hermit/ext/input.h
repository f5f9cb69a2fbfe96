/*
 * Input: asking the user for a line. A service of the host.
 */
#ifndef HERMIT_EXT_INPUT_H
#define HERMIT_EXT_INPUT_H

#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this service. */
#define HERMIT_EXT_INPUT "hermit.input/1"

/* The table of this service. */
typedef struct hermit_host_input {
  /* Asks the client that sent the request for one line, waits for it, and puts it to `line`, without a
   * newline. Output written before is shown first. `password` not 0: the line is not to be echoed. A shell
   * that guards its state with a lock releases it around this call.
   * When: while the cell `request` runs, or is pending.
   * Owner: `prompt` is the shell's, and copied; the line is lent to the sink.
   * Returns HERMIT_OK, HERMIT_REFUSED when the client cannot be asked (allow_stdin is false),
   * HERMIT_INTERRUPTED when an interrupt or shutdown ended the wait, HERMIT_STALE when the request has
   * finished or is no cell.
   * [any-thread & executing] */
  hermit_status(HERMIT_ABI *read)(const hermit_host *host, hermit_request request, hermit_text prompt,
                                  uint32_t password, const hermit_text_sink *line);
} hermit_host_input;

#ifdef __cplusplus
}
#endif
#endif
