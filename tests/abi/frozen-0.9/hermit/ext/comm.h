/*
 * Comms: lasting connections between a shell and something in its client, such as a widget. Two halves: the
 * shell opens, sends and closes (hermit.comm), and hears what the client does (hermit.comm_handler).
 * Jupyter messaging: "Custom Messages".
 *
 * A comm is known by an id that no other has, and is open from the call or message that opens it until one
 * side closes it. The client opens comms only to targets, names that the shell has registered.
 */
#ifndef HERMIT_EXT_COMM_H
#define HERMIT_EXT_COMM_H

#include "hermit/host.h"
#include "hermit/shell.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What goes from one side to the other. */
typedef struct hermit_comm_message {
  hermit_text comm_id;  /* which comm */
  hermit_text target;   /* the comm's, in all that a client sends; send() and close() do not look at it */
  hermit_text data;     /* a JSON value, an object as a rule; empty for {} */
  hermit_text metadata; /* a JSON object; empty for {} */
  const hermit_text *buffers; /* any bytes, each carried as it is, of any size; may be NULL for none */
  size_t buffer_count;        /* number of buffers */
} hermit_comm_message;

/* A service of the host. A message belongs to the request it is sent with, and keeps its place among that
 * request's output. In a cell that runs, these calls may wait for clients that are too slow to take it, until
 * the cell is interrupted; the message is sent all the same. */
#define HERMIT_EXT_COMM "hermit.comm/1"

/* The host's half. */
typedef struct hermit_host_comm {
  /* Lets clients open comms to `target`; the second time it does nothing.
   * When: from the beginning of create() until destroy() returns.
   * Owner: `target` is the shell's, and copied.
   * Returns HERMIT_OK, or HERMIT_INVALID for an empty name.
   * [any-thread] */
  hermit_status(HERMIT_ABI *add_target)(const hermit_host *host, hermit_text target);

  /* Ends that. Open comms stay open.
   * When: from the beginning of create() until destroy() returns.
   * Owner: `target` is the shell's, and copied.
   * Returns HERMIT_OK, or HERMIT_STALE when it was not registered.
   * [any-thread] */
  hermit_status(HERMIT_ABI *remove_target)(const hermit_host *host, hermit_text target);

  /* Opens a comm to a target of the client's. With an empty comm_id the host makes one. `comm_id`, which may
   * be NULL, gets the id.
   * When: from the beginning of create() until destroy() returns, also with the number of a request that has
   * finished, or with none.
   * Owner: `message` is the shell's, and copied; the id is lent to the sink.
   * Returns HERMIT_OK, or HERMIT_INVALID when the target is empty, the id is that of an open comm, or data or
   * metadata is not the JSON that it should be.
   * [any-thread] */
  hermit_status(HERMIT_ABI *open)(const hermit_host *host, hermit_request request,
                                  const hermit_comm_message *message, const hermit_text_sink *comm_id);

  /* Sends a message over an open comm.
   * When: while the comm is open; with any number, as open().
   * Owner: `message` is the shell's, and copied.
   * Returns HERMIT_OK, HERMIT_STALE when it is not open, or HERMIT_INVALID as open() does.
   * [any-thread] */
  hermit_status(HERMIT_ABI *send)(const hermit_host *host, hermit_request request,
                                  const hermit_comm_message *message);

  /* Closes a comm, with a last message.
   * When: while the comm is open; with any number, as open().
   * Owner: `message` is the shell's, and copied.
   * Returns as send() does.
   * [any-thread] */
  hermit_status(HERMIT_ABI *close)(const hermit_host *host, hermit_request request,
                                   const hermit_comm_message *message);
} hermit_host_comm;

/* Offered by a shell. What the functions print belongs to `request`, the client's message, which is open
 * until they return. They return HERMIT_OK; HERMIT_USER_ERROR after host->fail() shows the error;
 * HERMIT_INTERRUPTED when an interrupt ended them. An interrupt may name the request.
 * Messages of a comm come in the order in which they were sent. */
#define HERMIT_EXT_COMM_HANDLER "hermit.comm_handler/1"

/* The shell's half. */
typedef struct hermit_shell_comm_handler {
  /* Hears that the client has opened a comm to one of the shell's targets, which is open now.
   * When: between create() and destroy(), for the main shell.
   * Owner: `message` is the host's, and lent for this call.
   * Returns HERMIT_OK; anything else closes it.
   * [comm-thread] */
  hermit_status(HERMIT_ABI *opened)(hermit_shell *shell, hermit_request request,
                                    const hermit_comm_message *message);

  /* Takes what the client has sent over an open comm.
   * When: between create() and destroy(), for the main shell.
   * Owner: `message` is the host's, and lent for this call.
   * Returns HERMIT_OK, or why it could not take it, as above.
   * [comm-thread] */
  hermit_status(HERMIT_ABI *received)(hermit_shell *shell, hermit_request request,
                                      const hermit_comm_message *message);

  /* Hears that the client has closed a comm, which is no longer open.
   * When: between create() and destroy(), for the main shell.
   * Owner: `message` is the host's, and lent for this call.
   * Returns HERMIT_OK, or what failed, as above.
   * [comm-thread] */
  hermit_status(HERMIT_ABI *closed)(hermit_shell *shell, hermit_request request,
                                    const hermit_comm_message *message);
} hermit_shell_comm_handler;

#ifdef __cplusplus
}
#endif
#endif
