/*
 * Completeness: whether a console should run what was typed, or ask for another line. Offered by a
 * shell. The host answers is_complete_request with "unknown" for a shell without it.
 */
#ifndef HERMIT_EXT_IS_COMPLETE_H
#define HERMIT_EXT_IS_COMPLETE_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_IS_COMPLETE "hermit.is_complete/1"

/* Answers, named as in Jupyter messaging, "Code completeness". */
enum {
  HERMIT_CODE_UNKNOWN = 0,    /* the shell cannot tell */
  HERMIT_CODE_COMPLETE = 1,   /* it can be run */
  HERMIT_CODE_INCOMPLETE = 2, /* another line may make it whole */
  HERMIT_CODE_INVALID = 3     /* no further line can */
};

/* The table of this extension. */
typedef struct hermit_shell_is_complete {
  /* Says in `*completeness`, which holds HERMIT_CODE_UNKNOWN, whether `code` is whole. For
   * HERMIT_CODE_INCOMPLETE the white space that the next line should begin with may be put to `indent`. The
   * code is not run. Output given with `request` is dropped. An interrupt may name it.
   * When: between create() and destroy(), for the main shell; one question at a time.
   * Owner: `code`, `completeness` and `indent` are the host's, and lent for this call.
   * Returns HERMIT_OK, or HERMIT_INTERRUPTED.
   * [introspection-thread] */
  hermit_status(HERMIT_ABI *is_complete)(hermit_shell *shell, hermit_request request, hermit_text code,
                                         uint32_t *completeness, const hermit_text_sink *indent);
} hermit_shell_is_complete;

#ifdef __cplusplus
}
#endif
#endif
