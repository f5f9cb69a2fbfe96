/*
 * Input: asking the user for a line. A service of the host.
 */
#ifndef HERMIT_EXT_INPUT_H
#define HERMIT_EXT_INPUT_H

#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HERMIT_EXT_INPUT "hermit.input/1"

typedef struct hermit_host_input {
  /* Asks the client that sent the request for one line, and waits for it. Output written before is shown
   * first. `password` not 0: the line is not to be echoed.
   * Puts the line, without a newline, to `line` and returns HERMIT_OK.
   * Returns HERMIT_REFUSED when the client cannot be asked (allow_stdin is false), HERMIT_INTERRUPTED when
   * an interrupt or shutdown ended the wait, HERMIT_STALE when the request has finished.
   * A shell that guards its state with a lock releases it around this call.
   * [any-thread & executing] */
  hermit_status(HERMIT_ABI *read)(const hermit_host *host, hermit_request request, hermit_text prompt,
                                  uint32_t password, const hermit_text_sink *line);
} hermit_host_input;

#ifdef __cplusplus
}
#endif
#endif
