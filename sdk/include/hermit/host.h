/*
 * What a shell gets from the host: a table with what every shell needs, and the way to all else.
 * Services that only some shells need are extensions, in ext/.
 */
#ifndef HERMIT_HOST_H
#define HERMIT_HOST_H

#include "hermit/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Who the host is. This struct and hermit_shell_entry alone carry their size: a later host may pass a
 * larger one, of which a shell reads only the fields it knows. */
typedef struct hermit_host_info {
  uint32_t size;       /* sizeof(hermit_host_info) as the host was built */
  uint32_t abi_major;  /* HERMIT_ABI_MAJOR of the host */
  uint32_t abi_minor;  /* HERMIT_ABI_MINOR of the host */
  uint32_t reserved;   /* 0 */
  hermit_text name;    /* such as "hermit" */
  hermit_text version; /* the host's own version, such as "0.1.0" */
} hermit_host_info;

/* The host as one shell and its subshells see it. The table and everything it leads to belong to the host,
 * do not change, and stay valid from create() until destroy() of the main shell returns. */
typedef struct hermit_host hermit_host;
struct hermit_host {
  void *context; /* the host's own; of no use to a shell */

  /* Finds a service by its id, such as HERMIT_EXT_OUTPUT.
   * When: from the beginning of create() until destroy() returns; once for each id is enough.
   * Owner: the extension's table is the host's, and lives as long as the host table.
   * Returns the table, or NULL when this host does not have the service.
   * [any-thread] */
  const void *(HERMIT_ABI *extension)(const hermit_host *host, hermit_text id);

  /* Describes why the user's code failed. To be followed by HERMIT_USER_ERROR or HERMIT_INTERRUPTED,
   * returned from the function that was given the request, or given to finish(); with another status the
   * description is dropped. A second call for the same request replaces the first. Without one, the host
   * makes an error of its own.
   * When: until that function returns, or finish() was called.
   * Owner: `error` is the shell's, and copied.
   * Returns HERMIT_OK, or HERMIT_STALE when the request has finished.
   * [any-thread & executing] */
  hermit_status(HERMIT_ABI *fail)(const hermit_host *host, hermit_request request,
                                  const hermit_error *error);

  /* Ends a request whose execute() or resume() has returned HERMIT_PENDING. `status` is what they would have
   * returned: HERMIT_OK, HERMIT_USER_ERROR, HERMIT_INTERRUPTED or a negative status.
   * When: once; already while execute() or resume() still runs, if it then returns HERMIT_PENDING.
   * Owner: nothing is lent.
   * Returns HERMIT_OK, or HERMIT_STALE when the request has finished.
   * [any-thread & executing] */
  hermit_status(HERMIT_ABI *finish)(const hermit_host *host, hermit_request request,
                                    hermit_status status);
};

#ifdef __cplusplus
}
#endif
#endif
