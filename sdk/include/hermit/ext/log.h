/*
 * Log: a line for whoever runs the host, not for the notebook. A service of the host.
 */
#ifndef HERMIT_EXT_LOG_H
#define HERMIT_EXT_LOG_H

#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this service. */
#define HERMIT_EXT_LOG "hermit.log/1"

/* Levels. */
enum {
  HERMIT_LOG_DEBUG = 1,   /* of use to those who change the shell */
  HERMIT_LOG_INFO = 2,    /* what happened, and is no reason to do anything */
  HERMIT_LOG_WARNING = 3, /* something that somebody should look at */
  HERMIT_LOG_ERROR = 4    /* something failed */
};

/* The table of this service. */
typedef struct hermit_host_log {
  /* Writes one line. The host adds the time and the shell's name. Secrets do not belong here.
   * When: from the beginning of create() until destroy() returns.
   * Owner: `text` is the shell's, and lent for this call.
   * [any-thread] */
  void(HERMIT_ABI *write)(const hermit_host *host, uint32_t level, hermit_text text);
} hermit_host_log;

#ifdef __cplusplus
}
#endif
#endif
