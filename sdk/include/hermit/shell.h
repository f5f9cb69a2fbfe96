/*
 * What a shell gives to the host: one exported symbol, `hermit_shell_entry`, and behind it the table
 * of functions that run a language. This header is all that a shell has to implement; what it may add
 * (completion, inspection, interrupt …) is in ext/.
 */
#ifndef HERMIT_SHELL_H
#define HERMIT_SHELL_H

#include "hermit/abi.h"
#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A shell's own state: what it knows, and the names its user has defined. Opaque to the host. */
typedef struct hermit_shell hermit_shell;

/* Properties of a cell, in hermit_cell.flags. */
enum {
  HERMIT_CELL_SILENT = 1u << 0,        /* nobody wants to see its value; results are dropped */
  HERMIT_CELL_STORE_HISTORY = 1u << 1, /* it counts, and goes into the history */
  HERMIT_CELL_ALLOW_STDIN = 1u << 2    /* it may ask its user for input */
};

/* How a cell is run, in hermit_cell.run_mode. */
enum {
  HERMIT_RUN_QUEUE = 0, /* after all cells before it have finished */
  HERMIT_RUN_TASK = 1,  /* interleaved with others on the shell thread; only for shells with `tasks` */
  HERMIT_RUN_THREAD = 2 /* on a thread of its own; only for shells with `concurrent_cells` */
};

/* Code to run. Jupyter messaging: "Execute".
 * This struct is final: what else a shell may want to know of a request it will ask a service of the host
 * for, by the request's number. */
typedef struct hermit_cell {
  hermit_text code;         /* what the user has written; may be empty */
  hermit_text id;           /* the notebook's id of the cell; empty when the client sent none */
  uint64_t execution_count; /* the number shown beside the cell; a silent cell has that of the last */
  uint32_t flags;           /* of HERMIT_CELL_… */
  uint32_t run_mode;        /* of HERMIT_RUN_… */
} hermit_cell;

/* The functions of a shell. */
typedef struct hermit_shell_table {
  /* Makes a shell, and stores it in `*shell`, which holds NULL. On failure says why in one sentence to `why`,
   * and stores nothing; destroy() is then not called.
   * When: first of all, and possibly more than once in a process; a shell that can exist only once answers
   * HERMIT_REFUSED to the second call. It may already call the host: settings, log, what registers something,
   * and output, which is dropped as no cell has run yet.
   * Owner: the shell is the library's, until destroy(). `host` and what it leads to are the host's, and valid
   * until destroy() returns: keep the pointer. `info` is lent for this call.
   * Returns HERMIT_OK, HERMIT_FAILED, HERMIT_REFUSED, or HERMIT_UNSUPPORTED when the host lacks something.
   * [main-thread] */
  hermit_status(HERMIT_ABI *create)(const hermit_host_info *info, const hermit_host *host,
                                    hermit_shell **shell, const hermit_text_sink *why);

  /* Ends the shell and frees it. Cells that are pending end here: the shell is not called for them again, and
   * the host answers them.
   * When: once, as the last call for this shell, while no other is open in it; for the main shell after its
   * subshells have been destroyed, and the library stays loaded. Threads of the shell's may call the host
   * until it returns.
   * Owner: the shell is gone when it returns, and so is the host table after the main shell's.
   * For a subshell [shell-thread], else [main-thread] */
  void(HERMIT_ABI *destroy)(hermit_shell *shell);

  /* Runs a cell. Its output goes to HERMIT_EXT_OUTPUT with `request`, its errors to host->fail.
   * With HERMIT_PENDING the cell goes on after the return and will be ended by host->finish: the shell thread
   * is free meanwhile for other calls, but the next cell in HERMIT_RUN_QUEUE comes only when this one has
   * ended.
   * When: between create() and destroy(); one at a time, but for cells that are pending and for the run modes
   * that the shell's abilities name.
   * Owner: `cell` is the host's, and lent for this call, also when it is pending then.
   * Returns HERMIT_OK when it has run, HERMIT_USER_ERROR when the user's code failed, HERMIT_INTERRUPTED when
   * an interrupt ended it, HERMIT_PENDING, or a negative status when the shell could not run it; the cell
   * then fails, and the shell is used on.
   * [shell-thread] */
  hermit_status(HERMIT_ABI *execute)(hermit_shell *shell, hermit_request request,
                                     const hermit_cell *cell);

  /* Finds an extension that the shell implements by its id, such as HERMIT_EXT_COMPLETE.
   * When: once for each extension that the host knows, right after create().
   * Owner: the table is the library's, and lives until destroy() returns.
   * Returns it, or NULL when the shell does not have the extension.
   * For a subshell [shell-thread], else [main-thread] */
  const void *(HERMIT_ABI *extension)(hermit_shell *shell, hermit_text id);
} hermit_shell_table;

/* The type of the one symbol a shell library exports.
 *
 * It is constant data, so that a host can read it before any code of the library's runs.
 * `manifest` is a JSON object in UTF-8, terminated by a NUL, that says all that is fixed about the
 * shell; beside the library lies NAME.shell.json, the same object with the key "abi", such as "0.9",
 * added by the tool that writes it (`hermit manifest`). A key or an ability that is not listed is ignored,
 * unless it is almost one that is: a slip, and one of the wrong type, refuses the shell. The keys:
 *
 *   name            string, the short name used with --shell_class; required
 *   display_name    string, what a list of kernels shows
 *   version         string, the shell's own version
 *   banner          string, what a console prints at its start
 *   line_comment    string, what begins a comment in the language, such as "--" or "//"
 *   language_info   object of Jupyter's kernel_info_reply: name, version, mimetype, file_extension …;
 *                   the first four are required
 *   help_links      array of {"text", "url"}
 *   abilities       object of booleans, each false when missing, of what the host may do with the shell:
 *                     concurrent_introspection  call complete() and its like while a cell runs
 *                     concurrent_cells          run cells in HERMIT_RUN_THREAD
 *                     concurrent_comms          call the comm handler while a cell runs
 *                     tasks                     run cells in HERMIT_RUN_TASK
 *                     subshells                 make subshells; the shell has hermit.subshells/1
 *                     fork_safe                 fork its process while no call is open and it has no threads
 *                                               of its own, and go on with it in the child
 *   isolation       string: "none", the default, to run in the host's process, or "process" to run in one of
 *                   its own, which may die without the kernel; the user may choose otherwise
 *   requires        array of ids of the host's extensions without which the shell cannot run
 *   settings        array of {"name", "type", "default", "help"}; a name begins with the shell's own
 *                   prefix, such as "LuaShell."; types: "bool", "integer", "number", "text", "json" for
 *                   any JSON value; a number may have "minimum" and "maximum", both included, a text a list
 *                   of "choices"
 *   files           array of names of files and folders that the shell needs beside its library;
 *                   they are copied wherever the library is
 *   system_files    object: absolute paths, with the wildcards of glob(7), of files of the system that the
 *                   shell needs, each with the name of the Debian package that has it; hermit doctor
 *                   looks for them
 *   check           object of samples of the language for `hermit check`, which docs/check.md lists
 */
typedef struct hermit_shell_entry_type {
  uint32_t size;                   /* sizeof(hermit_shell_entry_type) as the shell was built */
  uint32_t abi_major;              /* HERMIT_ABI_MAJOR as the shell was built */
  uint32_t abi_minor;              /* HERMIT_ABI_MINOR as the shell was built */
  uint32_t reserved;               /* 0 */
  const char *manifest;            /* JSON, terminated by a NUL */
  const hermit_shell_table *shell; /* its functions */
} hermit_shell_entry_type;

/* The name under which a host looks for it. */
#define HERMIT_SHELL_ENTRY "hermit_shell_entry"

/* Defines the exported symbol. To be written once in a shell library, outside any namespace:
 *
 *   HERMIT_SHELL_EXPORT(manifest_json, &shell_table)
 *
 * where `manifest_json` is a string constant. A program that links several shells into itself defines
 * HERMIT_SHELL_ENTRY_NAME to a different name for each before including this header. */
#ifdef __cplusplus
#define HERMIT_EXTERN_C extern "C"
#else
#define HERMIT_EXTERN_C extern
#endif
#ifndef HERMIT_SHELL_ENTRY_NAME
#define HERMIT_SHELL_ENTRY_NAME hermit_shell_entry
#endif
#define HERMIT_SHELL_EXPORT(manifest_json, table)                                                       \
  HERMIT_EXTERN_C HERMIT_EXPORT const hermit_shell_entry_type HERMIT_SHELL_ENTRY_NAME;          \
  const hermit_shell_entry_type HERMIT_SHELL_ENTRY_NAME = {                                            \
      sizeof(hermit_shell_entry_type), HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 0, manifest_json, table};

#ifdef __cplusplus
}
#endif
#endif
