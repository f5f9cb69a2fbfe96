/*
 * Embedding: a Jupyter kernel inside a program of yours. Link hermit::hermit, and see docs/embedding.md.
 *
 * The conventions of hermit/abi.h hold here too: text is UTF-8 with a length, arguments are lent for the call,
 * results go to a sink, functions return a hermit_status. Where a function has a `why`, which may be NULL, it
 * puts one sentence there when it fails.
 *
 * Embedded, Hermit installs no signal handler, leaves the descriptors 0 to 2 and the parent process alone, keeps
 * no history on disk and never ends the process, unless the settings say so: `own_process`, `capture`,
 * `history_file`. When a kernel has ended, nothing is left of it.
 *
 * In the child of a fork() there is no kernel: the functions below return HERMIT_STALE for one that runs in the
 * parent, and nothing of it is freed.
 *
 * Threads. All user code runs on the kernel's lane, and beside it only in shells that declare such abilities. The
 * lane is a thread of the library's, or one of the program's that calls hermit_pump(). The callbacks below are
 * called on threads of the library's, one at a time for each kernel, with no lock held. In a callback every
 * function but hermit_wait(), hermit_pump() and hermit_end() may be called.
 *
 *  [any-thread]   any thread, at the same time as any other call but hermit_end().
 *  [lane-thread]  the one thread that calls hermit_start() and hermit_pump() for a pumped kernel.
 */
#ifndef HERMIT_EMBED_H
#define HERMIT_EMBED_H

#include <hermit/shell.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A kernel in this process. At most one runs at a time; after its end there may be another. */
typedef struct hermit_kernel hermit_kernel;

/* Where the lane of a kernel runs. */
enum {
  HERMIT_LANE_THREAD = 0, /* on a thread of the library's */
  HERMIT_LANE_PUMPED = 1  /* on the thread that calls hermit_start() and hermit_pump() */
};

/* What a kernel is made from. To be filled with zeros first; a larger one of a later header is accepted. */
typedef struct hermit_options {
  uint32_t size; /* sizeof(hermit_options) */
  uint32_t lane; /* of HERMIT_LANE_… */

  /* A JSON object of settings, as `hermit start --help` lists them: {"log_level": "info", "timeout": 5}; empty
   * for none. */
  hermit_text settings;

  /* The shell, when the program has it: its entry, and what hermit/ext/embedding.h gives it. Both live until
   * hermit_end(). With NULL, the setting shell_class names one that is installed beside the library. */
  const hermit_shell_entry_type *shell;
  void *shell_context;

  /* Where to listen, as the text of a connection file; empty for what the settings say. */
  hermit_text connection;

  /* Passed back to the callbacks. */
  void *context;

  /* Takes a message for the clients: the message as hermit_handle_msg() has it, with its channel, "iopub" besides.
   * With this function the kernel has no sockets (interface_class "callable"); with NULL it has (interface_class
   * "zmq"). `reply` is NULL unless the message is a question to the user, an input_request: then the user's line
   * may be put there at once, or come later through hermit_handle_msg() as an input_reply on channel "stdin".
   * It may take as long as it likes: cells that print much wait for it, and nothing else does. */
  void(HERMIT_ABI *send)(void *context, hermit_text json, const hermit_text *buffers, size_t buffer_count,
                         const hermit_text_sink *reply);

  /* Called once after a hermit_start() that was HERMIT_OK, when the kernel has stopped, be it that a client asked for
   * it: nothing of it runs any more but this call. May be NULL. For a pumped kernel it is called in hermit_pump()
   * or hermit_end(). */
  void(HERMIT_ABI *stopped)(void *context);

  /* Takes a line of the log, formatted; may be NULL, then it goes to standard error. What is logged while it runs on
   * the same thread, by a function that it calls or by hermit_log(), goes to standard error. It must not wait for
   * another thread that logs. */
  void(HERMIT_ABI *log)(void *context, hermit_text line);
} hermit_options;

/* The version of the library, such as "0.1.0", terminated by a NUL.
 * [any-thread] */
HERMIT_EXPORT const char *hermit_version(void);

/* Starts a kernel, and returns when its shell runs and clients are answered. `*kernel` is to be ended with
 * hermit_end(). On failure nothing is stored and nothing is left.
 * Returns HERMIT_OK; HERMIT_INVALID when something is wrong with the options or a setting; HERMIT_REFUSED while
 * another kernel runs in this process; HERMIT_FAILED when the shell or the sockets could not be had.
 * [any-thread], for a pumped kernel [lane-thread] */
HERMIT_EXPORT hermit_status hermit_start(const hermit_options *options, hermit_kernel **kernel,
                                         const hermit_text_sink *why);

/* Takes a message from a client: a JSON object with the keys header, parent_header, metadata, content and channel
 * ("shell", "control" or "stdin"; "shell" when missing). The session in its header is who sent it: answers to it go
 * there, and only from there come answers to the questions of its cells. `buffers` are what it has besides.
 * Does not wait. Everything that is a message gets its answer through `send`.
 * Returns HERMIT_OK, HERMIT_INVALID when it is no message that could be answered, HERMIT_STALE when the kernel has
 * stopped, or HERMIT_UNSUPPORTED when it has sockets.
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_handle_msg(hermit_kernel *kernel, hermit_text json, const hermit_text *buffers,
                                              size_t buffer_count, const hermit_text_sink *why);

/* Has the kernel stop: cells that run are interrupted, those that wait are answered as aborted. Does not wait.
 * Idempotent.
 * Returns HERMIT_OK.
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_stop(hermit_kernel *kernel);

/* Waits until the kernel has stopped and `stopped` has returned, at most so many milliseconds. A cell that cannot be
 * interrupted may keep it for ever.
 * Returns HERMIT_OK; HERMIT_PENDING when time is up; HERMIT_REFUSED for a pumped kernel that has not, and in a
 * callback.
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_wait(hermit_kernel *kernel, uint64_t milliseconds);

/* Stops the kernel, waits for its end as long as that takes, and frees it. NULL is nothing.
 * Returns HERMIT_OK, or HERMIT_REFUSED in a callback or on the kernel's own lane: then nothing was done.
 * [any-thread] but while another call with this kernel runs; for a pumped kernel [lane-thread] */
HERMIT_EXPORT hermit_status hermit_end(hermit_kernel *kernel);

/* A descriptor that can be read when hermit_pump() has something to do: for poll() and the like; not to be read from.
 * -1 when the kernel is not pumped or has ended. It is the library's.
 * [lane-thread] */
HERMIT_EXPORT int hermit_descriptor(const hermit_kernel *kernel);

/* Runs what waits on the lane of a pumped kernel, and returns when there is nothing left, or after the piece of work
 * in which so many milliseconds have passed. A cell is one such piece up to where it waits or ends.
 * Returns HERMIT_OK; HERMIT_STALE when the kernel has ended, and `stopped` was called; HERMIT_REFUSED when called by a
 * cell or a callback; HERMIT_UNSUPPORTED when the kernel is not pumped.
 * [lane-thread] */
HERMIT_EXPORT hermit_status hermit_pump(hermit_kernel *kernel, uint64_t milliseconds);

/* What is to be known of a kernel's life. */
enum {
  HERMIT_STARTED = 1,  /* clients have been answered */
  HERMIT_STOPPING = 2, /* it was told to stop, by the program or by a client */
  HERMIT_STOPPED = 4   /* `stopped` was called */
};

/* Returns the HERMIT_STARTED, … that hold now.
 * [any-thread] */
HERMIT_EXPORT uint32_t hermit_state(const hermit_kernel *kernel);

/* The kernel that runs in this process, or NULL. It stays valid until its hermit_end().
 * [any-thread] */
HERMIT_EXPORT hermit_kernel *hermit_instance(void);

/* Puts what a client needs to connect to the sockets to `json`, in the form of a connection file; it holds the key.
 * Returns HERMIT_OK, or HERMIT_UNSUPPORTED when there are no sockets (any more).
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_connection_info(const hermit_kernel *kernel, const hermit_text_sink *json);

/* Says something to all clients that belongs to no cell: a message of this type on iopub. `content` is a JSON object,
 * `metadata` as well, or empty.
 * Returns HERMIT_OK, HERMIT_INVALID when one of them is not that, or HERMIT_STALE when the kernel was stopped.
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_publish(hermit_kernel *kernel, hermit_text msg_type, hermit_text content,
                                           hermit_text metadata, const hermit_text *buffers, size_t buffer_count);

/* Starts a kernel and returns when it has stopped. The lane is the calling thread, whatever the options say. The caller
 * never sees the hermit_kernel; others have hermit_instance().
 * Returns as hermit_start() does.
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_launch(const hermit_options *options, const hermit_text_sink *why);

/* Completes options in a way that has a name: it may fill in the shell, the callbacks and the rest. `options` is a copy
 * with the caller's settings.
 * Returns HERMIT_OK, or what hermit_start() is to return. */
typedef hermit_status(HERMIT_ABI *hermit_launcher)(void *context, hermit_options *options);

/* Registers a launcher, in place of one with the same name; NULL takes it away. From then on the setting `launcher`
 * may name it.
 * Returns HERMIT_OK, or HERMIT_INVALID for an empty name.
 * [any-thread] */
HERMIT_EXPORT hermit_status hermit_register_launcher(hermit_text name, hermit_launcher launcher, void *context);

/* Writes a line to Hermit's log; `level` is one of hermit/ext/log.h.
 * [any-thread] */
HERMIT_EXPORT void hermit_log(uint32_t level, hermit_text line);

#ifdef __cplusplus
}
#endif
#endif
