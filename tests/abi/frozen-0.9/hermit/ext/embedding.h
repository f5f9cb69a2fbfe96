/*
 * Embedding: what a program that embeds Hermit gives to the shell that it passes in. A service of the host,
 * only of one that is embedded and was given something; to every other shell it answers NULL. Such a shell
 * runs in the program's process and no other.
 */
#ifndef HERMIT_EXT_EMBEDDING_H
#define HERMIT_EXT_EMBEDDING_H

#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this service. */
#define HERMIT_EXT_EMBEDDING "hermit.embedding/1"

/* The table of this service. */
typedef struct hermit_host_embedding {
  /* Gives the pointer that the program passed in with the shell.
   * When: from the beginning of create() until destroy() returns.
   * Owner: what it leads to is the program's, and its shell knows what that is and for how long.
   * Returns it; never NULL.
   * [any-thread] */
  void *(HERMIT_ABI *context)(const hermit_host *host);
} hermit_host_embedding;

#ifdef __cplusplus
}
#endif
#endif
