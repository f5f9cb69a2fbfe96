/*
 * The words every other header of Hermit's C ABI is written in: text, statuses, sinks, and the
 * conventions that hold for each function unless its own comment says otherwise.
 *
 * Conventions
 *
 *  1. Text is UTF-8, given as pointer and length. It is not terminated by a NUL and may contain NULs.
 *     Empty text has size 0; its pointer may then be NULL. What the host gives is well-formed; what a shell
 *     gives is repaired (U+FFFD) wherever it is text.
 *  2. Arguments are lent for the call, with all that they lead to. Whoever wants to keep them copies them
 *     before returning. No pointer is NULL unless its comment says that it may be.
 *  3. Nobody frees what the other side allocated. Results are handed to a sink, a callback of the
 *     caller's, and are lent to it for that one call.
 *  4. A sink may be called only until the function it was passed to returns, and only on that thread. What
 *     is put into one at another time, or for a second time where it takes one thing, is dropped. What was
 *     put counts only if the function then returns HERMIT_OK, or what its comment says.
 *  5. Functions return a hermit_status. The user's code failing is a result (HERMIT_USER_ERROR), the
 *     shell or host not being able to do something is a negative status, breaking these rules is
 *     misbehaviour: the host logs it with the name of the shell and goes on as well as it can. NULL with a
 *     size, or a number that is none of those listed, is answered with HERMIT_INVALID. A status that the
 *     receiver does not know counts as HERMIT_FAILED; flag bits that a shell does not know are ignored.
 *  6. No C++ exception, longjmp or thread cancellation crosses the ABI in either direction, and nothing of
 *     it is called in a signal handler, or in the child of a fork(): there is no host in that process.
 *  7. Requests are numbers (hermit_request), given in rising order and never twice in the life of a main
 *     shell, its subshells included. A request is open from the call that hands it to the shell until the
 *     host has sent its reply. How it ended is fixed when execute() returns or finish() is called: from then
 *     on fail(), finish() and result() answer HERMIT_STALE, while evaluate() and output go on.
 *     0 is no request: output given with it belongs to the cell that started last, and is dropped before the
 *     first; all other functions answer HERMIT_STALE. A number that was never given is misbehaviour, answered
 *     with HERMIT_INVALID.
 *  8. Everything here can cross a process boundary: numbers, statuses, opaque handles and lent slices;
 *     open-ended values travel as JSON text. A shell cannot tell whether the host is in its process, unless
 *     that is a program which embeds it (hermit.embedding).
 *  9. Tables of functions are complete: a table has no NULL entries. What is optional is an extension.
 *     Tables never change once released; new power comes as a new extension id. Ids that begin with
 *     "hermit." are Hermit's, and among them those with "hermit.draft." are promised to nobody; others begin
 *     with a name of their owner's. What extension() answers for an id is the same at each call.
 * 10. A shell may call the host from the beginning of create() until destroy() returns, and never after:
 *     destroy() ends its threads first. Later calls are answered with HERMIT_STALE or NULL. While destroy()
 *     runs no call of the host's waits; the host may also end the process without it.
 * 11. Whoever calls across the ABI, a sink included, holds no lock that the other side could need to do
 *     what was asked. Inside a sink any function may be called that the thread permits. The host never
 *     calls into a shell from within a host function on the same thread, except through sinks.
 * 12. A shell leaves to the host: the handlers of SIGINT, SIGTERM, SIGPIPE and SIGCONT, the four signals from
 *     SIGRTMAX - 3 on, the descriptors 0 to 2, the locale of the process, and its end. It may handle SIGSEGV
 *     and its like, and calls the handler that it found for what is none of its own. A system call that
 *     waits may end with EINTR.
 * 13. Structs hold pointers, size_t and integers of fixed width, and no padding, wherever pointers have 4 or
 *     8 bytes; what enums list travels as uint32_t or as hermit_status. `size` is that of the struct it
 *     stands in, with all fields that its maker knew; the reader leaves alone what lies beyond it. `reserved`
 *     is 0, and everything else in it is refused, so that it can get a meaning. Enums may grow: a host gives
 *     a shell no constant of an enum that is newer than the shell's own minor version.
 *
 * Comments on functions have five parts in this order: what it does; `When:` it may be called; `Owner:` of
 * what it is given or gives, and until when; what it returns; and last, in brackets, the thread.
 *
 * Thread tags
 *
 *  [main-thread]           the thread the host's main lane runs on, one and the same while the shell lives;
 *                          it is the process's main thread in the program `hermit`.
 *  [shell-thread]          the lane of the shell the call is about. For the main shell that is the main
 *                          thread; a subshell has a thread of its own while it lives, and so has each cell
 *                          that is run with HERMIT_RUN_THREAD.
 *  [introspection-thread]  the shell thread, or, for a shell with the ability
 *                          `concurrent_introspection`, a second thread that may call while a cell runs.
 *                          At most one such call is open in a shell.
 *  [comm-thread]           the shell thread of the main shell, or, for a shell with the ability
 *                          `concurrent_comms`, a thread of its own that may call while a cell runs.
 *                          At most one such call is open in a shell.
 *  [control-thread]        a thread of the host's that runs no user code; calls come while cells run.
 *  [same-thread]           that of the call which the sink was passed to.
 *  [any-thread]            any thread, at the same time as any other call.
 *  & executing             only while the request named in the call is open.
 */
#ifndef HERMIT_ABI_H
#define HERMIT_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the ABI these headers describe. A host loads a shell whose major version equals its
 * own, whichever the minor one: what a shell cannot do without it lists in its manifest. Within major
 * version 0 the minor version has to be equal too. */
#define HERMIT_ABI_MAJOR 0
#define HERMIT_ABI_MINOR 9

/* The calling convention of every function pointer of the ABI: that of C on the platform. */
#define HERMIT_ABI

/* Makes a symbol visible outside its library. */
#if defined(__GNUC__) || defined(__clang__)
#define HERMIT_EXPORT __attribute__((visibility("default")))
#else
#define HERMIT_EXPORT
#endif

/* Lent UTF-8 text (convention 1). */
typedef struct hermit_text {
  const char *data; /* first byte; may be NULL when size is 0 */
  size_t size;      /* in bytes */
} hermit_text;

/* The number of a request that a client sent (convention 7). */
typedef uint64_t hermit_request;

/* The number that no request has. */
#define HERMIT_NO_REQUEST UINT64_C(0)

/* What a call came to. Zero and above: the call did its work. Below zero: it could not. */
typedef int32_t hermit_status;

/* The values of a hermit_status. */
enum {
  HERMIT_OK = 0,          /* all went well */
  HERMIT_PENDING = 1,     /* of execute() and resume() only: host->finish will end the request later */
  HERMIT_USER_ERROR = 2,  /* the user's code failed; the error has been described with host->fail */
  HERMIT_INTERRUPTED = 3, /* ended because the user interrupted it */

  HERMIT_UNSUPPORTED = -1, /* this side cannot do that at all */
  HERMIT_INVALID = -2,     /* an argument is out of its range or not what it should be */
  HERMIT_REFUSED = -3,     /* not allowed now, such as input for a cell that may not ask */
  HERMIT_STALE = -4,       /* the request is unknown or has finished */
  HERMIT_FAILED = -5       /* anything else; the reason is in the log or in a text sink */
};

/* Receives one piece of text. */
typedef struct hermit_text_sink {
  void *context; /* the caller's; may be NULL; passed back unchanged */

  /* Takes the text.
   * When: once, until the function that the sink was passed to returns.
   * Owner: `text` is the giver's, and lent for this call.
   * [same-thread] */
  void(HERMIT_ABI *put)(void *context, hermit_text text);
} hermit_text_sink;

/* An error of the user's code, as a notebook shows it.
 * Jupyter messaging: "Request-Reply", error fields ename, evalue and traceback. */
typedef struct hermit_error {
  hermit_text name;             /* such as "SyntaxError"; not empty */
  hermit_text value;            /* the message */
  const hermit_text *traceback; /* lines of text, may contain ANSI colours, the host adds none; may be NULL
                                   when there is none */
  size_t traceback_size;        /* number of lines */
} hermit_error;

/* Receives one error. */
typedef struct hermit_error_sink {
  void *context; /* the caller's; may be NULL; passed back unchanged */

  /* Takes the error.
   * When: once, until the function that the sink was passed to returns.
   * Owner: `error` is the giver's, and lent for this call.
   * [same-thread] */
  void(HERMIT_ABI *put)(void *context, const hermit_error *error);
} hermit_error_sink;

/* How the data of a hermit_mime is to be taken. */
enum {
  HERMIT_MIME_TEXT = 0,  /* UTF-8 text, sent as a JSON string */
  HERMIT_MIME_JSON = 1,  /* JSON text, sent as that JSON value */
  HERMIT_MIME_BINARY = 2 /* any bytes, sent in base64 */
};

/* One representation of a value. */
typedef struct hermit_mime {
  hermit_text type;  /* such as "text/plain" or "image/png"; not empty */
  hermit_text data;  /* in the form that `form` says; any bytes for HERMIT_MIME_BINARY */
  uint32_t form;     /* of HERMIT_MIME_… */
  uint32_t reserved; /* 0 */
} hermit_mime;

/* A value in one or more representations ("mime bundle").
 * Jupyter messaging: "Display data". */
typedef struct hermit_bundle {
  const hermit_mime *parts; /* one for each representation; may be NULL when there is none */
  size_t count;             /* number of parts */
  hermit_text metadata;     /* a JSON object, or empty */
} hermit_bundle;

/* Receives one bundle. */
typedef struct hermit_bundle_sink {
  void *context; /* the caller's; may be NULL; passed back unchanged */

  /* Takes the bundle.
   * When: once, until the function that the sink was passed to returns.
   * Owner: `bundle` is the giver's, and lent for this call.
   * [same-thread] */
  void(HERMIT_ABI *put)(void *context, const hermit_bundle *bundle);
} hermit_bundle_sink;

#ifdef __cplusplus
}
#endif
#endif
