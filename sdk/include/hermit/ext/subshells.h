/*
 * Subshells: further ways into the same session, each with a thread of its own, so that a client can run
 * code while the main shell is busy (JEP 91). Offered by a shell with the ability `subshells`.
 */
#ifndef HERMIT_EXT_SUBSHELLS_H
#define HERMIT_EXT_SUBSHELLS_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_SUBSHELLS "hermit.subshells/1"

/* The table of this extension. */
typedef struct hermit_shell_subshells {
  /* Makes a subshell of `shell`, the main shell, and stores it in `*subshell`, which holds NULL. It shares the
   * names that the user has defined. The tables of the library, those of extensions too, serve it as they
   * serve the main shell. On failure says why in one sentence to `why`, and stores nothing. The thread is that
   * of the new subshell.
   * When: between create() and destroy() of the main shell, while any other call may be open.
   * Owner: the subshell is the library's until destroy(), which comes on this thread, before that of the main
   * shell. `why` is lent for this call.
   * Returns HERMIT_OK, or HERMIT_FAILED.
   * [shell-thread] */
  hermit_status(HERMIT_ABI *create)(hermit_shell *shell, hermit_shell **subshell,
                                    const hermit_text_sink *why);
} hermit_shell_subshells;

#ifdef __cplusplus
}
#endif
#endif
