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

#define HERMIT_EXT_COMPLETE "hermit.complete/1"

/* One way to go on. */
typedef struct hermit_match {
  hermit_text text;      /* what takes the place of the range */
  hermit_text type;      /* such as "function", "field", "keyword"; may be empty */
  hermit_text signature; /* such as "(a, b)"; may be empty */
} hermit_match;

/* Receives matches. Order is kept. */
typedef struct hermit_match_sink {
  void *context;
  /* The bytes of the code that each match replaces, from `start` up to but excluding `end`, both on UTF-8
   * boundaries; it may reach behind the cursor. To be called at most once, before any match; else the
   * range is empty and lies at the cursor. */
  void(HERMIT_ABI *range)(void *context, uint64_t start, uint64_t end);
  /* One match more. Returns HERMIT_OK, or anything else when no more are wanted: the shell then returns
   * that. */
  hermit_status(HERMIT_ABI *add)(void *context, const hermit_match *match);
} hermit_match_sink;

typedef struct hermit_shell_complete {
  /* Offers matches for `code` with the cursor at byte offset `cursor`, on a UTF-8 boundary.
   * Runs no user code that could have an effect; output given with `request` is dropped. An interrupt may
   * name it.
   * Returns HERMIT_OK, also when there is nothing to offer, or HERMIT_INTERRUPTED.
   * [introspection-thread] */
  hermit_status(HERMIT_ABI *complete)(hermit_shell *shell, hermit_request request, hermit_text code,
                                      uint64_t cursor, const hermit_match_sink *sink);
} hermit_shell_complete;

#ifdef __cplusplus
}
#endif
#endif
