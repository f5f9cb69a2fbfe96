/*
 * Debugging, a draft: the client's debugger speaks the Debug Adapter Protocol with the shell, and the host
 * only carries what they say. Two halves: the shell answers requests (hermit.draft.debug), the host carries
 * events to the client (hermit.draft.debug_events).
 *
 * Promised to nobody: no host offers it or asks for it yet, and both ids may change or go.
 *
 * One more thread tag:
 *
 *  [debug-thread]  a thread of the host's for debugging alone, that may call while a cell runs or is stopped,
 *                  and in whose calls user code may run. At most one such call is open in a shell.
 */
#ifndef HERMIT_EXT_DRAFT_DEBUG_H
#define HERMIT_EXT_DRAFT_DEBUG_H

#include "hermit/host.h"
#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Offered by a shell. Jupyter messaging: "Debug request". */
#define HERMIT_EXT_DRAFT_DEBUG "hermit.draft.debug/1"

/* The shell's half. */
typedef struct hermit_shell_draft_debug {
  /* Answers a debug_request. `content` is its content, a JSON object of the Debug Adapter Protocol or of
   * Jupyter's additions to it (dumpCell, debugInfo …); puts the response, a JSON object, to `reply`. An
   * interrupt may name the request.
   * When: between create() and destroy(), for the main shell; also while a cell is stopped at a breakpoint,
   * whose execute() is open then.
   * Owner: `content` and `reply` are the host's, and lent for this call.
   * Returns HERMIT_OK, also when the response says that the request failed; anything else is answered with
   * an error.
   * [debug-thread] */
  hermit_status(HERMIT_ABI *answer)(hermit_shell *shell, hermit_request request, hermit_text content,
                                    const hermit_text_sink *reply);
} hermit_shell_draft_debug;

/* A service of the host. Jupyter messaging: "Debug event". */
#define HERMIT_EXT_DRAFT_DEBUG_EVENTS "hermit.draft.debug_events/1"

/* The host's half. */
typedef struct hermit_host_draft_debug_events {
  /* Sends a debug_event, such as that a cell has stopped. It belongs to the debug_request `request`, or to
   * the last one with HERMIT_NO_REQUEST.
   * When: from the beginning of create() until destroy() returns.
   * Owner: `content`, a JSON object, is the shell's, and copied.
   * Returns HERMIT_OK, or HERMIT_INVALID when it is none.
   * [any-thread] */
  hermit_status(HERMIT_ABI *send)(const hermit_host *host, hermit_request request, hermit_text content);
} hermit_host_draft_debug_events;

#ifdef __cplusplus
}
#endif
#endif
