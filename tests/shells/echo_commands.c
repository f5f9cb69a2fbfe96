/*
 * The commands of the echo shell that show nothing but what they were asked for: how a cell ends, how it
 * waits, what it asks of the user, and what it knows of itself and of the shell.
 */
#define _POSIX_C_SOURCE 200809L /* pthread_sigmask beside a strict C11 */

#include <signal.h>
#include <stdio.h>

#include "echo.h"

ECHO_COMMAND(fail) {
  const hermit_text name = echo_take_word(&argument);
  return echo_fail(run, name.size != 0 ? name : echo_text("EchoError"),
                   argument.size != 0 ? argument : echo_text("failed as told"));
}

ECHO_COMMAND(status) {
  const bool negative = argument.size != 0 && argument.data[0] == '-';
  uint64_t value = 0;
  if (!echo_number(echo_slice(argument, negative ? 1 : 0, argument.size), &value) || value > INT32_MAX) {
    return echo_wrong(run, "status: not a number of 32 bits", argument);
  }
  return negative ? -(hermit_status)value : (hermit_status)value;
}

ECHO_COMMAND(nop) {
  (void)run;
  (void)argument;
  return HERMIT_OK;
}

ECHO_COMMAND(spin) {
  (void)argument;
  while (!atomic_load(&run->interrupted)) continue;
  return HERMIT_INTERRUPTED;
}

ECHO_COMMAND(sleep) {
  uint64_t milliseconds = 0;
  if (!echo_number(argument, &milliseconds)) return echo_wrong(run, "sleep: not a number", argument);
  return echo_wait(run, milliseconds);
}

/* A task needs the host to resume it. */
static bool can_nap(const echo_run* run) { return echo_has_thread(run) || run->session->lane != NULL; }

ECHO_COMMAND(nap) {
  uint64_t milliseconds = 0;
  if (!echo_number(argument, &milliseconds)) return echo_wrong(run, "nap: not a number", argument);
  if (!can_nap(run)) return echo_wrong(run, "nap: the host lacks", echo_text(HERMIT_EXT_LANE));
  return echo_nap(run, milliseconds);
}

ECHO_COMMAND(yield) {
  (void)argument;
  return echo_run_nap(run, echo_text("0"));
}

ECHO_COMMAND(await) {
  if (!can_nap(run)) return echo_wrong(run, "await: the host lacks", echo_text(HERMIT_EXT_LANE));
  const hermit_status status = echo_await(run, argument);
  if (status == HERMIT_PENDING) {
    run->rest = run->again; /* look again when something was set; only this thread resumes the cell */
    --run->line;
  }
  return status;
}

ECHO_COMMAND(pending) {
  uint64_t milliseconds = 0;
  if (!echo_number(argument, &milliseconds)) return echo_wrong(run, "pending: not a number", argument);
  if (run->thread != NULL) return echo_wait(run, milliseconds);
  return echo_go_on_in_thread(run, milliseconds, (hermit_text){NULL, 0});
}

ECHO_COMMAND(late) {
  if (run->thread == NULL) return echo_go_on_in_thread(run, 0, argument);
  run->thread->late = argument;
  return HERMIT_OK;
}

/* Receives what the host was asked for. It is lent for this call only, so that what is to be done with it is
 * done here. */
typedef struct reply {
  echo_run* run;
  hermit_status status;
} reply;

static void HERMIT_ABI receive_line(void* context, hermit_text line) {
  reply* to = context;
  const hermit_text parts[] = {echo_text("got: "), line};
  const hermit_text text = echo_joined(parts, 2);
  to->status = echo_print_line(to->run, HERMIT_STDOUT, text);
  echo_release(text);
}

static hermit_status ask(echo_run* run, hermit_text prompt, uint32_t password) {
  const echo_session* session = run->session;
  if (session->input == NULL) return echo_wrong(run, "input: the host lacks", echo_text(HERMIT_EXT_INPUT));
  reply to = {run, HERMIT_OK};
  const hermit_text_sink sink = {&to, receive_line};
  const hermit_status status = session->input->read(session->host, run->request, prompt, password, &sink);
  if (status == HERMIT_REFUSED) return echo_wrong(run, "input: the user cannot be asked", prompt);
  return status == HERMIT_OK ? to.status : echo_answer(run, "input", status);
}

ECHO_COMMAND(input) { return ask(run, argument, 0); }

ECHO_COMMAND(password) { return ask(run, argument, 1); }

ECHO_COMMAND(count) {
  (void)argument;
  return echo_show_number(run, run->execution_count);
}

ECHO_COMMAND(flags) {
  (void)argument;
  char text[64] = "";
  if (run->flags & HERMIT_CELL_SILENT) strcat(text, " silent");
  if (run->flags & HERMIT_CELL_STORE_HISTORY) strcat(text, " store_history");
  if (run->flags & HERMIT_CELL_ALLOW_STDIN) strcat(text, " allow_stdin");
  return echo_show_text(run, echo_text(text[0] != '\0' ? text + 1 : "none"));
}

ECHO_COMMAND(id) {
  (void)argument;
  return echo_show_text(run, run->id);
}

ECHO_COMMAND(mode) {
  (void)argument;
  static const char* const names[] = {"queue", "task", "thread"};
  return echo_show_text(run, echo_text(run->run_mode <= HERMIT_RUN_THREAD ? names[run->run_mode] : "none"));
}

ECHO_COMMAND(thread) {
  (void)argument;
  return echo_show_text(run, echo_text(pthread_equal(pthread_self(), run->shell->thread) ? "main" : "other"));
}

ECHO_COMMAND(blocked) {
  (void)argument;
  enum { SIGNALS = 31 }; /* those that are no real-time signals */
  char text[4 * SIGNALS + 1] = "";
  size_t size = 0;
  sigset_t set;
  pthread_sigmask(SIG_BLOCK, NULL, &set);
  for (int number = 1; number <= SIGNALS; ++number) {
    if (sigismember(&set, number) != 1) continue;
    size += (size_t)snprintf(text + size, sizeof text - size, size == 0 ? "%d" : " %d", number);
  }
  return echo_show_text(run, size != 0 ? echo_text(text) : echo_text("none"));
}

ECHO_COMMAND(set) {
  const hermit_text name = echo_take_word(&argument);
  if (name.size == 0) return echo_wrong(run, "set: no name", name);
  if (!echo_set(run->session, name, argument)) return echo_wrong(run, "set: not enough memory", name);
  echo_wake_awaiting(run->session);
  return HERMIT_OK;
}

ECHO_COMMAND(get) {
  hermit_text value;
  if (!echo_get(run->session, argument, &value)) return echo_wrong(run, "get: no such name", argument);
  const hermit_status status = echo_show_text(run, value);
  echo_release(value);
  return status;
}

static void HERMIT_ABI receive_setting(void* context, hermit_text value) {
  reply* to = context;
  to->status = echo_show_text(to->run, value);
}

ECHO_COMMAND(settings) {
  const echo_session* session = run->session;
  if (session->settings == NULL) {
    return echo_wrong(run, "settings: the host lacks", echo_text(HERMIT_EXT_SETTINGS));
  }
  reply to = {run, HERMIT_OK};
  const hermit_text_sink sink = {&to, receive_setting};
  if (session->settings->value(session->host, argument, &sink) != HERMIT_OK) {
    return echo_wrong(run, "settings: no such setting", argument);
  }
  return to.status;
}

ECHO_COMMAND(log) {
  const echo_session* session = run->session;
  if (session->log == NULL) return echo_wrong(run, "log: the host lacks", echo_text(HERMIT_EXT_LOG));
  session->log->write(session->host, HERMIT_LOG_INFO, argument);
  return HERMIT_OK;
}
