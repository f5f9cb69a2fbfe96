/*
 * History: the cells that were run, kept by the shell itself in place of the host. Offered by a shell; the
 * host then records nothing, and asks the shell. Most shells leave it to the host.
 */
#ifndef HERMIT_EXT_HISTORY_H
#define HERMIT_EXT_HISTORY_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_HISTORY "hermit.history/1"

/* The table of this extension. */
typedef struct hermit_shell_history {
  /* Answers a history_request. `content` is its content, a JSON object; puts the content of the reply, a
   * JSON object with the array "history", to `reply`. Which cells to remember the flag
   * HERMIT_CELL_STORE_HISTORY of each cell says. Jupyter messaging: "History".
   * When: between create() and destroy(), for the main shell; one question at a time.
   * Owner: `content` and `reply` are the host's, and lent for this call.
   * Returns HERMIT_OK; anything else is answered with an error.
   * [introspection-thread] */
  hermit_status(HERMIT_ABI *query)(hermit_shell *shell, hermit_request request, hermit_text content,
                                   const hermit_text_sink *reply);
} hermit_shell_history;

#ifdef __cplusplus
}
#endif
#endif
