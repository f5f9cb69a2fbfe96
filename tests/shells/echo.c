/*
 * The language of the echo shell: cells say, line by line, what a shell is to do.
 *
 * It is the shell that tests and benchmarks of the host drive, so that no test has to know a real
 * language, and it shows what a shell in plain C looks like. Lines are run in order until one fails.
 * Text reaches to the end of the line and may hold any byte, NUL too. Blank lines, and lines that begin
 * with '#', do nothing. What is no command is an error called EchoError.
 *
 *   echo TEXT            writes TEXT and a newline to stdout, in one call
 *   err TEXT             the same to stderr
 *   write TEXT           writes TEXT to stdout without a newline
 *   raw HEX              writes these bytes to stdout in one call; blanks between them are skipped
 *   lines N              writes the lines "line 0" … "line N-1", one call each
 *   big N                writes N times 'x' in one call; N is at most 2^30
 *   value TEXT           shows TEXT as the value of the cell
 *   DIGITS+DIGITS        shows the sum as the value of the cell
 *   bundle               shows a value with a text, a JSON and a binary part, and metadata
 *   display WORD [ID]    shows WORD, under the display id ID if there is one
 *   show_bundle [ID]     shows what `bundle` does, but not as the value
 *   update ID TEXT       replaces what is shown under ID
 *   clear 0|1            clears what the cell has shown; 1 waits for the next output
 *   fail [NAME [VALUE]]  fails with that error and two lines of traceback
 *   status N             returns the raw status N from execute
 *   input PROMPT         asks for a line, and writes "got: " and the line
 *   password PROMPT      the same without echo
 *   spin                 keeps the processor busy until it is interrupted
 *   sleep MS             waits and keeps the thread; can be interrupted
 *   nap MS               waits as a task: other cells may run on the thread meanwhile
 *   yield                like `nap 0`: lets other tasks have their turn
 *   await NAME           waits as a task until NAME is set
 *   pending MS           returns HERMIT_PENDING; the rest of the cell runs MS later on a thread
 *   late TEXT            like `pending 0`, and when finish() has returned, TEXT is written to stdout
 *   count                value: the execution count
 *   flags                value: "silent", "store_history", "allow_stdin" as set, or "none"
 *   id                   value: the id of the cell
 *   mode                 value: the cell's run mode, "queue", "task" or "thread"
 *   thread               value: "main" on the thread that the shell or subshell was made on, else "other"
 *   blocked              value: the numbers of the signals that this thread does not take, or "none"
 *   set NAME VALUE       remembers VALUE
 *   get NAME             value: what was remembered, in whichever subshell
 *   settings NAME        value: that setting, as the host gives it
 *   log TEXT             writes TEXT to the log
 *   nop                  does nothing
 *   finish               after `pending`: ends the cell; what follows runs as part of what has ended
 *
 * Comms (echo_comms.c); JSON is lent to the host as it is:
 *
 *   target NAME          lets clients open comms to NAME
 *   untarget NAME        ends that
 *   open TARGET [ID [JSON]]  opens a comm with that id and data, and writes its id
 *   send ID [JSON]       sends data
 *   meta ID JSON         sends metadata
 *   buffer ID N          sends a buffer of the bytes 0 … 250, repeated, N in all; N is at most 2^30
 *   close ID [JSON]      closes a comm
 *
 * Past the host (echo_descriptors.c), for a kernel that is a process of its own:
 *
 *   fd N TEXT            writes TEXT and a newline to the descriptor N, in one call
 *   fd_raw N HEX         writes these bytes to it
 *   fd_big N SIZE        writes SIZE times 'x' to it
 *   fd_lines N           writes the lines "line 0" … "line N-1" to the descriptor 1, one call each
 *   printf TEXT          prints TEXT with C's printf
 *   puts TEXT            the same, and a newline
 *   child COMMAND        runs a command of the system's shell, and waits for it
 *   orphan COMMAND       does not wait for it
 *   fd_close N           closes the descriptor
 *   redirect N PATH      makes the descriptor lead to the end of that file
 *   occupy N             makes the descriptor lead to /dev/null, for reading only, as SQLite does with a
 * closed one gate PATH            waits until somebody has opened and closed the named pipe for writing
 */
#include "echo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const echo_command echo_commands[] = {
    {"await", "NAME", "Waits as a task until NAME is set.", echo_run_await},
    {"big", "N", "Writes N times 'x' in one call.", echo_run_big},
    {"blocked", "", "Shows which signals the thread does not take.", echo_run_blocked},
    {"buffer", "ID N", "Sends a buffer of N bytes over a comm.", echo_run_buffer},
    {"bundle", "", "Shows a value with three parts.", echo_run_bundle},
    {"child", "COMMAND", "Runs a command of the system's shell.", echo_run_child},
    {"clear", "0|1", "Clears what the cell has shown.", echo_run_clear},
    {"close", "ID [JSON]", "Closes a comm.", echo_run_close},
    {"count", "", "Shows the execution count.", echo_run_count},
    {"display", "WORD [ID]", "Shows WORD.", echo_run_display},
    {"echo", "TEXT", "Writes TEXT and a newline to stdout.", echo_run_echo},
    {"err", "TEXT", "Writes TEXT and a newline to stderr.", echo_run_err},
    {"fail", "[NAME [VALUE]]", "Fails with that error.", echo_run_fail},
    {"fd", "N TEXT", "Writes TEXT and a newline to a descriptor.", echo_run_fd},
    {"fd_big", "N SIZE", "Writes SIZE times 'x' to a descriptor.", echo_run_fd_big},
    {"fd_close", "N", "Closes a descriptor.", echo_run_fd_close},
    {"fd_lines", "N", "Writes N numbered lines to the descriptor 1.", echo_run_fd_lines},
    {"fd_raw", "N HEX", "Writes bytes to a descriptor.", echo_run_fd_raw},
    {"finish", "", "Ends the cell, and goes on.", echo_run_finish},
    {"flags", "", "Shows the flags of the cell.", echo_run_flags},
    {"gate", "PATH", "Waits for a pipe to be opened and closed.", echo_run_gate},
    {"get", "NAME", "Shows what `set` remembered.", echo_run_get},
    {"id", "", "Shows the id of the cell.", echo_run_id},
    {"input", "PROMPT", "Asks for a line and writes it.", echo_run_input},
    {"late", "TEXT", "Writes TEXT after the cell has finished.", echo_run_late},
    {"lines", "N", "Writes N numbered lines.", echo_run_lines},
    {"log", "TEXT", "Writes TEXT to the log.", echo_run_log},
    {"meta", "ID JSON", "Sends metadata over a comm.", echo_run_meta},
    {"mode", "", "Shows the run mode of the cell.", echo_run_mode},
    {"nap", "MS", "Waits as a task.", echo_run_nap},
    {"nop", "", "Does nothing.", echo_run_nop},
    {"occupy", "N", "Makes a descriptor lead nowhere.", echo_run_occupy},
    {"open", "TARGET [ID [JSON]]", "Opens a comm.", echo_run_open},
    {"orphan", "COMMAND", "Runs a command and does not wait for it.", echo_run_orphan},
    {"password", "PROMPT", "Asks for a line without echo and writes it.", echo_run_password},
    {"pending", "MS", "Runs the rest of the cell later, on a thread.", echo_run_pending},
    {"printf", "TEXT", "Prints TEXT with C's printf.", echo_run_printf},
    {"puts", "TEXT", "Prints TEXT and a newline with C's printf.", echo_run_puts},
    {"raw", "HEX", "Writes bytes to stdout.", echo_run_raw},
    {"redirect", "N PATH", "Makes a descriptor lead to a file.", echo_run_redirect},
    {"send", "ID [JSON]", "Sends data over a comm.", echo_run_send},
    {"set", "NAME VALUE", "Remembers VALUE.", echo_run_set},
    {"settings", "NAME", "Shows the value of a setting.", echo_run_settings},
    {"show_bundle", "[ID]", "Shows three parts, not as a value.", echo_run_show_bundle},
    {"sleep", "MS", "Waits, and keeps the thread.", echo_run_sleep},
    {"spin", "", "Keeps the processor busy until it is interrupted.", echo_run_spin},
    {"status", "N", "Returns the raw status N.", echo_run_status},
    {"target", "NAME", "Lets clients open comms to NAME.", echo_run_target},
    {"thread", "", "Shows whether the shell was made on this thread.", echo_run_thread},
    {"untarget", "NAME", "Ends that.", echo_run_untarget},
    {"update", "ID TEXT", "Replaces what is shown under ID.", echo_run_update},
    {"value", "TEXT", "Shows TEXT as the value of the cell.", echo_run_value},
    {"write", "TEXT", "Writes TEXT to stdout.", echo_run_write},
    {"yield", "", "Lets other tasks have their turn.", echo_run_yield},
};
const size_t echo_commands_size = sizeof echo_commands / sizeof echo_commands[0];

const echo_command* echo_find_command(hermit_text name) {
  for (size_t i = 0; i < echo_commands_size; ++i) {
    if (echo_equal(name, echo_text(echo_commands[i].name))) return &echo_commands[i];
  }
  return NULL;
}

hermit_text echo_joined(const hermit_text* parts, size_t count) {
  size_t size = 0;
  for (size_t i = 0; i < count; ++i) size += parts[i].size;
  char* data = malloc(size + 1);
  if (data == NULL) return (hermit_text){NULL, 0};
  char* end = data;
  for (size_t i = 0; i < count; ++i) {
    if (parts[i].size != 0) memcpy(end, parts[i].data, parts[i].size);
    end += parts[i].size;
  }
  return (hermit_text){data, size};
}

void echo_release(hermit_text text) { free((char*)text.data); }

hermit_text echo_take_word(hermit_text* text) {
  size_t end = 0;
  while (end < text->size && text->data[end] != ' ') ++end;
  const hermit_text word = echo_slice(*text, 0, end);
  *text = echo_slice(*text, end < text->size ? end + 1 : end, text->size);
  return word;
}

bool echo_number(hermit_text text, uint64_t* value) {
  if (text.size == 0 || text.size > 18) return false;
  *value = 0;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *value = *value * 10 + (uint64_t)(text.data[i] - '0');
  }
  return true;
}

hermit_status echo_fail(echo_run* run, hermit_text name, hermit_text value) {
  char place[64];
  snprintf(place, sizeof place, "in line %zu of the cell", run->line);
  const hermit_text parts[] = {name, echo_text(": "), value};
  const hermit_text message = echo_joined(parts, 3);
  const hermit_text traceback[] = {echo_text(place), message};
  const hermit_error error = {name, value, traceback, 2};
  run->session->host->fail(run->session->host, run->request, &error);
  echo_release(message);
  return HERMIT_USER_ERROR;
}

hermit_status echo_wrong(echo_run* run, const char* what, hermit_text with) {
  const hermit_text parts[] = {echo_text(what), echo_text(": "), with};
  const hermit_text value = echo_joined(parts, 3);
  const hermit_status status = echo_fail(run, echo_text("EchoError"), value);
  echo_release(value);
  return status;
}

hermit_status echo_answer(echo_run* run, const char* call, hermit_status status) {
  if (status >= 0) return status;
  char text[16];
  snprintf(text, sizeof text, "%" PRId32, status);
  return echo_wrong(run, call, echo_text(text));
}

/* Whether the line is DIGITS+DIGITS, and their sum. */
static bool sum(hermit_text line, uint64_t* value) {
  const char* plus = line.size != 0 ? memchr(line.data, '+', line.size) : NULL;
  if (plus == NULL) return false;
  const size_t left_size = (size_t)(plus - line.data);
  uint64_t left = 0;
  uint64_t right = 0;
  if (!echo_number(echo_slice(line, 0, left_size), &left)) return false;
  if (!echo_number(echo_slice(line, left_size + 1, line.size), &right)) return false;
  *value = left + right;
  return true;
}

static bool is_blank(hermit_text line) {
  size_t blanks = 0;
  while (blanks < line.size && line.data[blanks] == ' ') ++blanks;
  return blanks == line.size;
}

static hermit_status run_line(echo_run* run, hermit_text line) {
  if (is_blank(line) || line.data[0] == '#') return HERMIT_OK;
  uint64_t value = 0;
  if (sum(line, &value)) return echo_show_number(run, value);
  hermit_text argument = line;
  const hermit_text name = echo_take_word(&argument);
  const echo_command* command = echo_find_command(name);
  return command != NULL ? command->run(run, argument) : echo_wrong(run, "no such command", name);
}

hermit_status echo_go_through(echo_run* run) {
  while (run->rest.size != 0) {
    if (atomic_load(&run->interrupted)) return HERMIT_INTERRUPTED;
    const char* newline = memchr(run->rest.data, '\n', run->rest.size);
    const size_t size = newline != NULL ? (size_t)(newline - run->rest.data) : run->rest.size;
    const hermit_text line = echo_slice(run->rest, 0, size);
    run->again = run->rest;
    run->rest = echo_slice(run->rest, newline != NULL ? size + 1 : size, run->rest.size);
    ++run->line;
    const hermit_status status = run_line(run, line);
    if (status != HERMIT_OK) return status;
  }
  return HERMIT_OK;
}
