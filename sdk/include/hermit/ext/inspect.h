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

#define HERMIT_EXT_INSPECT "hermit.inspect/1"

typedef struct hermit_shell_inspect {
  /* Describes the name that stands at byte offset `cursor` of `code`, on a UTF-8 boundary, or just
   * before it. `detail` is 0 for a short description and 1 for all there is, such as source code.
   * Puts the description to `sink`, or nothing when there is no such name, and returns HERMIT_OK,
   * or HERMIT_INTERRUPTED. Output given with `request` is dropped.
   * [introspection-thread] */
  hermit_status(HERMIT_ABI *inspect)(hermit_shell *shell, hermit_request request, hermit_text code,
                                     uint64_t cursor, uint32_t detail, const hermit_bundle_sink *sink);
} hermit_shell_inspect;

#ifdef __cplusplus
}
#endif
#endif
