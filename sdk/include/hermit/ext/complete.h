/*
 * Completion: ways to finish the code to the left of the cursor. Offered by a shell.
 * The host answers complete_request with no matches for a shell without it.
 */
#ifndef HERMIT_EXT_COMPLETE_H
#define HERMIT_EXT_COMPLETE_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_COMPLETE "hermit.complete/1"

/* One way to go on. */
typedef struct hermit_match {
  hermit_text text;      /* what takes the place of the range */
  hermit_text type;      /* such as "function", "field", "keyword"; may be empty */
  hermit_text signature; /* such as "(a, b)"; may be empty */
} hermit_match;

/* Receives matches. Order is kept. */
typedef struct hermit_match_sink {
  void *context; /* the caller's; may be NULL; passed back unchanged */

  /* Takes the bytes of the code that each match replaces, from `start` up to but excluding `end`, both on
   * UTF-8 boundaries; the range may reach behind the cursor. Without it the range is empty and lies at the
   * cursor.
   * When: at most once, before any match, until the function that the sink was passed to returns.
   * Owner: nothing is lent.
   * [same-thread] */
  void(HERMIT_ABI *range)(void *context, uint64_t start, uint64_t end);

  /* Takes one match more.
   * When: any number of times, until the function that the sink was passed to returns.
   * Owner: `match` is the giver's, and lent for this call.
   * Returns HERMIT_OK, or anything else when no more are wanted: the shell then returns that.
   * [same-thread] */
  hermit_status(HERMIT_ABI *add)(void *context, const hermit_match *match);
} hermit_match_sink;

/* The table of this extension. */
typedef struct hermit_shell_complete {
  /* Offers matches for `code` with the cursor at byte offset `cursor`, on a UTF-8 boundary.
   * Runs no user code that could have an effect; output given with `request` is dropped. An interrupt may
   * name it.
   * When: between create() and destroy(), for the main shell; one question at a time.
   * Owner: `code` and `sink` are the host's, and lent for this call.
   * Returns HERMIT_OK, also when there is nothing to offer, or HERMIT_INTERRUPTED.
   * [introspection-thread] */
  hermit_status(HERMIT_ABI *complete)(hermit_shell *shell, hermit_request request, hermit_text code,
                                      uint64_t cursor, const hermit_match_sink *sink);
} hermit_shell_complete;

#ifdef __cplusplus
}
#endif
#endif
