/*
 * Inspection: what the name at the cursor is. Offered by a shell.
 * The host answers inspect_request with found=false for a shell without it.
 */
#ifndef HERMIT_EXT_INSPECT_H
#define HERMIT_EXT_INSPECT_H

#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this extension. */
#define HERMIT_EXT_INSPECT "hermit.inspect/1"

/* The table of this extension. */
typedef struct hermit_shell_inspect {
  /* Describes the name that stands at byte offset `cursor` of `code`, on a UTF-8 boundary, or just
   * before it: puts the description to `sink`, or nothing when there is no such name. `detail` is 0 for a
   * short description and 1 for all there is, such as source code. Output given with `request` is dropped.
   * An interrupt may name it.
   * When: between create() and destroy(), for the main shell; one question at a time.
   * Owner: `code` and `sink` are the host's, and lent for this call.
   * Returns HERMIT_OK, or HERMIT_INTERRUPTED.
   * [introspection-thread] */
  hermit_status(HERMIT_ABI *inspect)(hermit_shell *shell, hermit_request request, hermit_text code,
                                     uint64_t cursor, uint32_t detail, const hermit_bundle_sink *sink);
} hermit_shell_inspect;

#ifdef __cplusplus
}
#endif
#endif
