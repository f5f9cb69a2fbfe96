/*
 * Values, a draft: handing a named value from one shell to another, as a mime bundle. Offered by a shell; the
 * host takes the value from one and gives it to the other, which may live in another process.
 *
 * Promised to nobody: no host asks for it yet, and the id may change or go.
 */
#ifndef HERMIT_EXT_DRAFT_VALUES_H
#define HERMIT_EXT_DRAFT_VALUES_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_DRAFT_VALUES "hermit.draft.values/1"

/* The table of this extension. */
typedef struct hermit_shell_draft_values {
  /* Puts the value that the user's name `name` has to `value`, in each form that another language may read:
   * application/json first of all. Runs no user code that could have an effect.
   * When: while the cell `request` runs that asks for the value, which need not be a cell of this shell's.
   * Owner: `name` and `value` are the host's, and lent for this call.
   * Returns HERMIT_OK, HERMIT_STALE when there is no such name, HERMIT_UNSUPPORTED when the value has no form
   * that another language could read, or HERMIT_INTERRUPTED.
   * [shell-thread] */
  hermit_status(HERMIT_ABI *get)(hermit_shell *shell, hermit_request request, hermit_text name,
                                 const hermit_bundle_sink *value);

  /* Gives the user's name `name` a value, made from the part that the shell reads best.
   * When: as get().
   * Owner: `name` and `value` are the host's, and lent for this call.
   * Returns HERMIT_OK, HERMIT_INVALID when `name` is no name in the language, HERMIT_UNSUPPORTED when the shell
   * can read no part, or HERMIT_INTERRUPTED.
   * [shell-thread] */
  hermit_status(HERMIT_ABI *put)(hermit_shell *shell, hermit_request request, hermit_text name,
                                 const hermit_bundle *value);
} hermit_shell_draft_values;

#ifdef __cplusplus
}
#endif
#endif
