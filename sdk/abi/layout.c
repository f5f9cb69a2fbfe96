/*
 * Where each field of the ABI lies, and what each of its constants is worth: facts that hold for every system
 * that Hermit runs on, and that no release changes. Nothing runs: a compiler that accepts this file has
 * checked it. Offsets and sizes are given in two parts, so many pointers and so many bytes, and come out
 * the same for pointers of 4 and of 8 bytes: no struct has padding.
 *
 * A test compiles it for several machines, and sees that no field and no constant is missing.
 */
#include "hermit/hermit.h"

#ifdef __cplusplus
#define HOLDS(what) static_assert(what, #what)
#else
#define HOLDS(what) _Static_assert(what, #what)
#endif
#define AT(type, field, pointers, bytes) HOLDS(offsetof(type, field) == (pointers) * sizeof(void *) + (bytes))
#define SIZE(type, pointers, bytes) HOLDS(sizeof(type) == (pointers) * sizeof(void *) + (bytes))
#define VALUE(constant, number) HOLDS((constant) == (number))

HOLDS(sizeof(size_t) == sizeof(void *));
HOLDS(sizeof(void (*)(void)) == sizeof(void *));
HOLDS(sizeof(hermit_request) == 8);
HOLDS(sizeof(hermit_status) == 4);

/* hermit/abi.h */
AT(hermit_text, data, 0, 0);
AT(hermit_text, size, 1, 0);
SIZE(hermit_text, 2, 0);

AT(hermit_text_sink, context, 0, 0);
AT(hermit_text_sink, put, 1, 0);
SIZE(hermit_text_sink, 2, 0);

AT(hermit_error, name, 0, 0);
AT(hermit_error, value, 2, 0);
AT(hermit_error, traceback, 4, 0);
AT(hermit_error, traceback_size, 5, 0);
SIZE(hermit_error, 6, 0);

AT(hermit_error_sink, context, 0, 0);
AT(hermit_error_sink, put, 1, 0);
SIZE(hermit_error_sink, 2, 0);

AT(hermit_mime, type, 0, 0);
AT(hermit_mime, data, 2, 0);
AT(hermit_mime, form, 4, 0);
AT(hermit_mime, reserved, 4, 4);
SIZE(hermit_mime, 4, 8);

AT(hermit_bundle, parts, 0, 0);
AT(hermit_bundle, count, 1, 0);
AT(hermit_bundle, metadata, 2, 0);
SIZE(hermit_bundle, 4, 0);

AT(hermit_bundle_sink, context, 0, 0);
AT(hermit_bundle_sink, put, 1, 0);
SIZE(hermit_bundle_sink, 2, 0);

/* hermit/ext/comm.h */
AT(hermit_comm_message, comm_id, 0, 0);
AT(hermit_comm_message, target, 2, 0);
AT(hermit_comm_message, data, 4, 0);
AT(hermit_comm_message, metadata, 6, 0);
AT(hermit_comm_message, buffers, 8, 0);
AT(hermit_comm_message, buffer_count, 9, 0);
SIZE(hermit_comm_message, 10, 0);

AT(hermit_host_comm, add_target, 0, 0);
AT(hermit_host_comm, remove_target, 1, 0);
AT(hermit_host_comm, open, 2, 0);
AT(hermit_host_comm, send, 3, 0);
AT(hermit_host_comm, close, 4, 0);
SIZE(hermit_host_comm, 5, 0);

AT(hermit_shell_comm_handler, opened, 0, 0);
AT(hermit_shell_comm_handler, received, 1, 0);
AT(hermit_shell_comm_handler, closed, 2, 0);
SIZE(hermit_shell_comm_handler, 3, 0);

/* hermit/ext/complete.h */
AT(hermit_match, text, 0, 0);
AT(hermit_match, type, 2, 0);
AT(hermit_match, signature, 4, 0);
SIZE(hermit_match, 6, 0);

AT(hermit_match_sink, context, 0, 0);
AT(hermit_match_sink, range, 1, 0);
AT(hermit_match_sink, add, 2, 0);
SIZE(hermit_match_sink, 3, 0);

AT(hermit_shell_complete, complete, 0, 0);
SIZE(hermit_shell_complete, 1, 0);

/* hermit/ext/embedding.h */
AT(hermit_host_embedding, context, 0, 0);
SIZE(hermit_host_embedding, 1, 0);

/* hermit/ext/evaluate.h */
AT(hermit_shell_evaluate, evaluate, 0, 0);
SIZE(hermit_shell_evaluate, 1, 0);

/* hermit/ext/history.h */
AT(hermit_shell_history, query, 0, 0);
SIZE(hermit_shell_history, 1, 0);

/* hermit/ext/input.h */
AT(hermit_host_input, read, 0, 0);
SIZE(hermit_host_input, 1, 0);

/* hermit/ext/inspect.h */
AT(hermit_shell_inspect, inspect, 0, 0);
SIZE(hermit_shell_inspect, 1, 0);

/* hermit/ext/interrupt.h */
AT(hermit_shell_interrupt, interrupt, 0, 0);
SIZE(hermit_shell_interrupt, 1, 0);

/* hermit/ext/is_complete.h */
AT(hermit_shell_is_complete, is_complete, 0, 0);
SIZE(hermit_shell_is_complete, 1, 0);

/* hermit/ext/log.h */
AT(hermit_host_log, write, 0, 0);
SIZE(hermit_host_log, 1, 0);

/* hermit/ext/output.h */
AT(hermit_host_output, stream, 0, 0);
AT(hermit_host_output, result, 1, 0);
AT(hermit_host_output, display, 2, 0);
AT(hermit_host_output, update, 3, 0);
AT(hermit_host_output, clear, 4, 0);
SIZE(hermit_host_output, 5, 0);

/* hermit/ext/settings.h */
AT(hermit_host_settings, value, 0, 0);
SIZE(hermit_host_settings, 1, 0);

/* hermit/ext/subshells.h */
AT(hermit_shell_subshells, create, 0, 0);
SIZE(hermit_shell_subshells, 1, 0);

/* hermit/ext/tasks.h */
AT(hermit_shell_tasks, resume, 0, 0);
SIZE(hermit_shell_tasks, 1, 0);

AT(hermit_host_lane, resume_after, 0, 0);
SIZE(hermit_host_lane, 1, 0);

/* hermit/host.h */
AT(hermit_host_info, size, 0, 0);
AT(hermit_host_info, abi_major, 0, 4);
AT(hermit_host_info, abi_minor, 0, 8);
AT(hermit_host_info, reserved, 0, 12);
AT(hermit_host_info, name, 0, 16);
AT(hermit_host_info, version, 2, 16);
SIZE(hermit_host_info, 4, 16);

AT(hermit_host, context, 0, 0);
AT(hermit_host, extension, 1, 0);
AT(hermit_host, fail, 2, 0);
AT(hermit_host, finish, 3, 0);
SIZE(hermit_host, 4, 0);

/* hermit/shell.h */
AT(hermit_cell, code, 0, 0);
AT(hermit_cell, id, 2, 0);
AT(hermit_cell, execution_count, 4, 0);
AT(hermit_cell, flags, 4, 8);
AT(hermit_cell, run_mode, 4, 12);
SIZE(hermit_cell, 4, 16);

AT(hermit_shell_table, create, 0, 0);
AT(hermit_shell_table, destroy, 1, 0);
AT(hermit_shell_table, execute, 2, 0);
AT(hermit_shell_table, extension, 3, 0);
SIZE(hermit_shell_table, 4, 0);

AT(hermit_shell_entry_type, size, 0, 0);
AT(hermit_shell_entry_type, abi_major, 0, 4);
AT(hermit_shell_entry_type, abi_minor, 0, 8);
AT(hermit_shell_entry_type, reserved, 0, 12);
AT(hermit_shell_entry_type, manifest, 0, 16);
AT(hermit_shell_entry_type, shell, 1, 16);
SIZE(hermit_shell_entry_type, 2, 16);

/* hermit/abi.h */
VALUE(HERMIT_OK, 0);
VALUE(HERMIT_PENDING, 1);
VALUE(HERMIT_USER_ERROR, 2);
VALUE(HERMIT_INTERRUPTED, 3);
VALUE(HERMIT_UNSUPPORTED, -1);
VALUE(HERMIT_INVALID, -2);
VALUE(HERMIT_REFUSED, -3);
VALUE(HERMIT_STALE, -4);
VALUE(HERMIT_FAILED, -5);
VALUE(HERMIT_MIME_TEXT, 0);
VALUE(HERMIT_MIME_JSON, 1);
VALUE(HERMIT_MIME_BINARY, 2);

/* hermit/ext/is_complete.h */
VALUE(HERMIT_CODE_UNKNOWN, 0);
VALUE(HERMIT_CODE_COMPLETE, 1);
VALUE(HERMIT_CODE_INCOMPLETE, 2);
VALUE(HERMIT_CODE_INVALID, 3);

/* hermit/ext/log.h */
VALUE(HERMIT_LOG_DEBUG, 1);
VALUE(HERMIT_LOG_INFO, 2);
VALUE(HERMIT_LOG_WARNING, 3);
VALUE(HERMIT_LOG_ERROR, 4);

/* hermit/ext/output.h */
VALUE(HERMIT_STDOUT, 1);
VALUE(HERMIT_STDERR, 2);

/* hermit/shell.h */
VALUE(HERMIT_CELL_SILENT, 1);
VALUE(HERMIT_CELL_STORE_HISTORY, 2);
VALUE(HERMIT_CELL_ALLOW_STDIN, 4);
VALUE(HERMIT_RUN_QUEUE, 0);
VALUE(HERMIT_RUN_TASK, 1);
VALUE(HERMIT_RUN_THREAD, 2);
