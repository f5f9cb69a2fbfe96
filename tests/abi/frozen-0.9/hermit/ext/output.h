/*
 * Output: everything a cell shows. A service of the host.
 *
 * Each call names the request the output belongs to, so that cells that run at the same time do not mix.
 * A request that has finished stays known for output: what a background thread of a cell prints later
 * still lands under that cell. The host remembers at least the last 1,000; output of an older one lands
 * under the cell that started last. The host repairs invalid UTF-8 in stream text and joins small writes;
 * order is kept among the calls for one request, and all of it arrives before the cell is reported done.
 *
 * While clients are too slow to take output, stream(), display() and update() may wait, when the request is
 * a cell that runs. An interrupt of the cell ends the wait: the call returns HERMIT_INTERRUPTED, and what it
 * was given is kept all the same. The cell should end then. A shell that guards its state with a lock
 * releases it around these calls.
 */
#ifndef HERMIT_EXT_OUTPUT_H
#define HERMIT_EXT_OUTPUT_H

#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this service. */
#define HERMIT_EXT_OUTPUT "hermit.output/1"

/* The standard streams. */
enum {
  HERMIT_STDOUT = 1, /* what a program prints */
  HERMIT_STDERR = 2  /* what it complains of */
};

/* The table of this service. */
typedef struct hermit_host_output {
  /* Writes text to a stream. Complete lines are not needed; a character may be split over two calls.
   * Text is dropped, and the user told how much, when clients take nothing for very long.
   * When: from the beginning of create() until destroy() returns, also with the number of a request that has
   * finished, or with none.
   * Owner: `text` is the shell's, and copied.
   * Returns HERMIT_OK, HERMIT_INTERRUPTED, or HERMIT_INVALID for a stream or request that is none.
   * [any-thread] */
  hermit_status(HERMIT_ABI *stream)(const hermit_host *host, hermit_request request, uint32_t stream,
                                    hermit_text text);

  /* Shows the value of the cell ("Out[n]"). Dropped when the cell is silent.
   * When: until execute() has returned anything but HERMIT_PENDING, or finish() was called.
   * Owner: `bundle` is the shell's, and copied.
   * Returns HERMIT_OK, HERMIT_STALE, or HERMIT_INVALID with a line in the log when a part is not what
   * its form says; the other parts are still shown.
   * [any-thread & executing] */
  hermit_status(HERMIT_ABI *result)(const hermit_host *host, hermit_request request,
                                    const hermit_bundle *bundle);

  /* Shows something, now. With a `display_id` that is not empty it can be replaced later by update().
   * When: from the beginning of create() until destroy() returns, also with the number of a request that has
   * finished, or with none.
   * Owner: `bundle` and `display_id` are the shell's, and copied.
   * Returns HERMIT_OK, HERMIT_INTERRUPTED, or HERMIT_INVALID as result() does.
   * [any-thread] */
  hermit_status(HERMIT_ABI *display)(const hermit_host *host, hermit_request request,
                                     const hermit_bundle *bundle, hermit_text display_id);

  /* Replaces what was shown under `display_id`, wherever it was shown.
   * When: from the beginning of create() until destroy() returns, also with the number of a request that has
   * finished, or with none.
   * Owner: `bundle` and `display_id` are the shell's, and copied.
   * Returns as display() does, and HERMIT_INVALID when the id is empty.
   * [any-thread] */
  hermit_status(HERMIT_ABI *update)(const hermit_host *host, hermit_request request,
                                    const hermit_bundle *bundle, hermit_text display_id);

  /* Removes what the cell has shown so far: at once, or when `wait` is not 0 as soon as something new is
   * shown, which avoids flicker.
   * When: from the beginning of create() until destroy() returns, also with the number of a request that has
   * finished, or with none.
   * Owner: nothing is lent.
   * Returns HERMIT_OK, or HERMIT_INVALID for a request that is none.
   * [any-thread] */
  hermit_status(HERMIT_ABI *clear)(const hermit_host *host, hermit_request request, uint32_t wait);
} hermit_host_output;

#ifdef __cplusplus
}
#endif
#endif
