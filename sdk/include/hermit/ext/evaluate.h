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

#define HERMIT_EXT_EVALUATE "hermit.evaluate/1"

typedef struct hermit_shell_evaluate {
  /* Evaluates `expression` in the names the user has defined. Output of its own belongs to `request`.
   * Puts its value to `value` and returns HERMIT_OK, or puts the error to `error` and returns
   * HERMIT_USER_ERROR or HERMIT_INTERRUPTED.
   * [shell-thread & executing] */
  hermit_status(HERMIT_ABI *evaluate)(hermit_shell *shell, hermit_request request,
                                      hermit_text expression, const hermit_bundle_sink *value,
                                      const hermit_error_sink *error);
} hermit_shell_evaluate;

#ifdef __cplusplus
}
#endif
#endif
