/*
 * Evaluation: the value of an expression after a cell has run (user_expressions). Offered by a shell.
 * The host answers each expression with an error for a shell without it.
 */
#ifndef HERMIT_EXT_EVALUATE_H
#define HERMIT_EXT_EVALUATE_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_EVALUATE "hermit.evaluate/1"

/* The table of this extension. */
typedef struct hermit_shell_evaluate {
  /* Evaluates `expression` in the names the user has defined, and puts its value to `value`, or the error to
   * `error`. Output of its own belongs to `request`.
   * When: after the cell `request` has run without an error, before its reply is sent.
   * Owner: `expression` and the sinks are the host's, and lent for this call.
   * Returns HERMIT_OK after a value, HERMIT_USER_ERROR or HERMIT_INTERRUPTED after an error.
   * [shell-thread & executing] */
  hermit_status(HERMIT_ABI *evaluate)(hermit_shell *shell, hermit_request request,
                                      hermit_text expression, const hermit_bundle_sink *value,
                                      const hermit_error_sink *error);
} hermit_shell_evaluate;

#ifdef __cplusplus
}
#endif
#endif
