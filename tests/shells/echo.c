/*
 * The commands of the echo shell: a language whose cells say, line by line, what a shell is to do.
 *
 * It is the shell that tests and benchmarks of the host drive, so that no test has to know a real
 * language, and it shows what a shell in plain C looks like. Lines are run in order until one fails.
 * Text reaches to the end of the line and may hold any byte, NUL too. Empty lines, and lines that begin
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
 *   update ID TEXT       replaces what is shown under ID
 *   clear 0|1            clears what the cell has shown; 1 waits for the next output
 *   fail [NAME [VALUE]]  fails with that error and two lines of traceback
 *   status N             returns the raw status N from execute
 *   input PROMPT         asks for a line, and writes "got: " and the line
 *   password PROMPT      the same without echo
 *   spin                 keeps the processor busy until it is interrupted
 *   sleep MS             waits; can be interrupted
 *   pending MS           returns HERMIT_PENDING; the rest of the cell runs MS later on a thread
 *   late TEXT            like `pending 0`, and when finish() has returned, TEXT is written to stdout
 *   count                value: the execution count
 *   flags                value: "silent", "store_history", "allow_stdin" as set, or "none"
 *   id                   value: the id of the cell
 *   set NAME VALUE       remembers VALUE
 *   get NAME             value: what was remembered
 *   settings NAME        value: that setting, as the host gives it
 *   log TEXT             writes TEXT to the log
 *   nop                  does nothing
 */
#include "echo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Puts the parts together into one text, to be freed by the caller; its data is NULL if memory is short. */
static hermit_text joined(const hermit_text* parts, size_t count) {
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

static void release(hermit_text text) { free((char*)text.data); }

/* Takes the first word, up to a blank, off the front of `*text`, and the blank with it. */
static hermit_text take_word(hermit_text* text) {
  size_t end = 0;
  while (end < text->size && text->data[end] != ' ') ++end;
  const hermit_text word = echo_slice(*text, 0, end);
  *text = echo_slice(*text, end < text->size ? end + 1 : end, text->size);
  return word;
}

/* Reads a whole text as a decimal number of at most 18 digits, so that two of them can be added. */
static bool number(hermit_text text, uint64_t* value) {
  if (text.size == 0 || text.size > 18) return false;
  *value = 0;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *value = *value * 10 + (uint64_t)(text.data[i] - '0');
  }
  return true;
}

/* Describes an error to the host, and returns what the cell is to return. */
static hermit_status fail(echo_run* run, hermit_text name, hermit_text value) {
  char place[64];
  snprintf(place, sizeof place, "in line %zu of the cell", run->line);
  const hermit_text parts[] = {name, echo_text(": "), value};
  const hermit_text message = joined(parts, 3);
  const hermit_text traceback[] = {echo_text(place), message};
  const hermit_error error = {name, value, traceback, 2};
  run->shell->host->fail(run->shell->host, run->request, &error);
  release(message);
  return HERMIT_USER_ERROR;
}

/* Fails with the shell's own error: what is wrong, and with what. */
static hermit_status wrong(echo_run* run, const char* what, hermit_text with) {
  const hermit_text parts[] = {echo_text(what), echo_text(": "), with};
  const hermit_text value = joined(parts, 3);
  const hermit_status status = fail(run, echo_text("EchoError"), value);
  release(value);
  return status;
}

/* Turns what a call of the host came to into what the command came to: a refusal is the user's error. */
static hermit_status answer(echo_run* run, const char* call, hermit_status status) {
  if (status >= 0) return status;
  char text[16];
  snprintf(text, sizeof text, "%" PRId32, status);
  return wrong(run, call, echo_text(text));
}

static hermit_status print(echo_run* run, uint32_t stream, hermit_text text) {
  hermit_shell* shell = run->shell;
  return answer(run, "stream", shell->output->stream(shell->host, run->request, stream, text));
}

hermit_status echo_print_line(echo_run* run, uint32_t stream, hermit_text text) {
  const hermit_text parts[] = {text, echo_text("\n")};
  const hermit_text line = joined(parts, 2);
  const hermit_status status = print(run, stream, line);
  release(line);
  return status;
}

static hermit_status show(echo_run* run, const hermit_bundle* bundle) {
  hermit_shell* shell = run->shell;
  return answer(run, "result", shell->output->result(shell->host, run->request, bundle));
}

static hermit_status show_text(echo_run* run, hermit_text text) {
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, text);
  return show(run, &bundle);
}

static hermit_status show_number(echo_run* run, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, value);
  return show_text(run, echo_text(text));
}

static hermit_status run_echo(echo_run* run, hermit_text argument) {
  return echo_print_line(run, HERMIT_STDOUT, argument);
}

static hermit_status run_err(echo_run* run, hermit_text argument) {
  return echo_print_line(run, HERMIT_STDERR, argument);
}

static hermit_status run_write(echo_run* run, hermit_text argument) {
  return print(run, HERMIT_STDOUT, argument);
}

static int hex_digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

static hermit_status run_raw(echo_run* run, hermit_text argument) {
  char* bytes = malloc(argument.size + 1);
  if (bytes == NULL) return HERMIT_FAILED;
  size_t digits = 0;
  unsigned value = 0;
  bool right = true;
  for (size_t i = 0; i < argument.size && right; ++i) {
    if (argument.data[i] == ' ') continue;
    const int digit = hex_digit(argument.data[i]);
    right = digit >= 0;
    value = (value << 4 | (unsigned)digit) & 0xff;
    ++digits;
    if (digits % 2 == 0) bytes[digits / 2 - 1] = (char)value;
  }
  right = right && digits % 2 == 0;
  const hermit_status status = right ? print(run, HERMIT_STDOUT, (hermit_text){bytes, digits / 2})
                                     : wrong(run, "raw: not bytes in hexadecimal", argument);
  free(bytes);
  return status;
}

static hermit_status run_lines(echo_run* run, hermit_text argument) {
  uint64_t count = 0;
  if (!number(argument, &count)) return wrong(run, "lines: not a number", argument);
  hermit_status status = HERMIT_OK;
  for (uint64_t i = 0; i < count && status == HERMIT_OK; ++i) {
    char line[32];
    const int size = snprintf(line, sizeof line, "line %" PRIu64 "\n", i);
    status = print(run, HERMIT_STDOUT, (hermit_text){line, (size_t)size});
    if (atomic_load(&run->interrupted)) status = HERMIT_INTERRUPTED;
  }
  return status;
}

static hermit_status run_big(echo_run* run, hermit_text argument) {
  const uint64_t limit = UINT64_C(1) << 30;
  uint64_t size = 0;
  if (!number(argument, &size) || size > limit) return wrong(run, "big: not a number up to 2^30", argument);
  char* text = malloc(size + 1);
  if (text == NULL) return wrong(run, "big: not enough memory", argument);
  memset(text, 'x', size);
  const hermit_status status = print(run, HERMIT_STDOUT, (hermit_text){text, size});
  free(text);
  return status;
}

static hermit_status run_value(echo_run* run, hermit_text argument) { return show_text(run, argument); }

static hermit_status run_bundle(echo_run* run, hermit_text argument) {
  (void)argument;
  static const char bytes[] = {0, '\xff', '\x80', 'A'};
  const hermit_mime parts[] = {
      {echo_text("text/plain"), echo_text("a bundle"), HERMIT_MIME_TEXT, 0},
      {echo_text("application/json"), echo_text("{\"answer\": [42, null]}"), HERMIT_MIME_JSON, 0},
      {echo_text("application/octet-stream"), {bytes, sizeof bytes}, HERMIT_MIME_BINARY, 0}};
  const hermit_bundle bundle = {parts, 3, echo_text("{\"text/plain\": {\"lines\": 1}}")};
  return show(run, &bundle);
}

static hermit_status run_display(echo_run* run, hermit_text argument) {
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, take_word(&argument));
  hermit_shell* shell = run->shell;
  return answer(run, "display", shell->output->display(shell->host, run->request, &bundle, argument));
}

static hermit_status run_update(echo_run* run, hermit_text argument) {
  const hermit_text id = take_word(&argument);
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, argument);
  hermit_shell* shell = run->shell;
  return answer(run, "update", shell->output->update(shell->host, run->request, &bundle, id));
}

static hermit_status run_clear(echo_run* run, hermit_text argument) {
  uint64_t wait = 0;
  if (!number(argument, &wait) || wait > 1) return wrong(run, "clear: neither 0 nor 1", argument);
  hermit_shell* shell = run->shell;
  return answer(run, "clear", shell->output->clear(shell->host, run->request, (uint32_t)wait));
}

static hermit_status run_fail(echo_run* run, hermit_text argument) {
  const hermit_text name = take_word(&argument);
  return fail(run, name.size != 0 ? name : echo_text("EchoError"),
              argument.size != 0 ? argument : echo_text("failed as told"));
}

static hermit_status run_status(echo_run* run, hermit_text argument) {
  const bool negative = argument.size != 0 && argument.data[0] == '-';
  uint64_t value = 0;
  if (!number(echo_slice(argument, negative ? 1 : 0, argument.size), &value) || value > INT32_MAX) {
    return wrong(run, "status: not a number of 32 bits", argument);
  }
  return negative ? -(hermit_status)value : (hermit_status)value;
}

/* Receives the line that the user typed, and writes it out. The line is lent for this call only, so the
 * writing happens here. */
typedef struct reply {
  echo_run* run;
  hermit_status status;
} reply;

static void HERMIT_ABI receive_line(void* context, hermit_text line) {
  reply* to = context;
  const hermit_text parts[] = {echo_text("got: "), line};
  const hermit_text text = joined(parts, 2);
  to->status = echo_print_line(to->run, HERMIT_STDOUT, text);
  release(text);
}

static hermit_status ask(echo_run* run, hermit_text prompt, uint32_t password) {
  hermit_shell* shell = run->shell;
  if (shell->input == NULL) return wrong(run, "input: the host lacks", echo_text(HERMIT_EXT_INPUT));
  reply to = {run, HERMIT_OK};
  const hermit_text_sink sink = {&to, receive_line};
  const hermit_status status = shell->input->read(shell->host, run->request, prompt, password, &sink);
  if (status == HERMIT_REFUSED) return wrong(run, "input: the user cannot be asked", prompt);
  return status == HERMIT_OK ? to.status : answer(run, "input", status);
}

static hermit_status run_input(echo_run* run, hermit_text argument) { return ask(run, argument, 0); }

static hermit_status run_password(echo_run* run, hermit_text argument) { return ask(run, argument, 1); }

static hermit_status run_spin(echo_run* run, hermit_text argument) {
  (void)argument;
  while (!atomic_load(&run->interrupted)) continue;
  return HERMIT_INTERRUPTED;
}

static hermit_status run_sleep(echo_run* run, hermit_text argument) {
  uint64_t milliseconds = 0;
  if (!number(argument, &milliseconds)) return wrong(run, "sleep: not a number", argument);
  return echo_wait(run, milliseconds);
}

static hermit_status run_pending(echo_run* run, hermit_text argument) {
  uint64_t milliseconds = 0;
  if (!number(argument, &milliseconds)) return wrong(run, "pending: not a number", argument);
  if (run->thread != NULL) return echo_wait(run, milliseconds);
  return echo_go_on_in_thread(run, milliseconds, (hermit_text){NULL, 0});
}

static hermit_status run_late(echo_run* run, hermit_text argument) {
  if (run->thread == NULL) return echo_go_on_in_thread(run, 0, argument);
  run->thread->late = argument;
  return HERMIT_OK;
}

static hermit_status run_count(echo_run* run, hermit_text argument) {
  (void)argument;
  return show_number(run, run->execution_count);
}

static hermit_status run_flags(echo_run* run, hermit_text argument) {
  (void)argument;
  char text[64] = "";
  if (run->flags & HERMIT_CELL_SILENT) strcat(text, " silent");
  if (run->flags & HERMIT_CELL_STORE_HISTORY) strcat(text, " store_history");
  if (run->flags & HERMIT_CELL_ALLOW_STDIN) strcat(text, " allow_stdin");
  return show_text(run, echo_text(text[0] != '\0' ? text + 1 : "none"));
}

static hermit_status run_id(echo_run* run, hermit_text argument) {
  (void)argument;
  return show_text(run, run->id);
}

static hermit_status run_set(echo_run* run, hermit_text argument) {
  const hermit_text name = take_word(&argument);
  if (name.size == 0) return wrong(run, "set: no name", name);
  return echo_set(run->shell, name, argument) ? HERMIT_OK : wrong(run, "set: not enough memory", name);
}

static hermit_status run_get(echo_run* run, hermit_text argument) {
  hermit_text value;
  if (!echo_get(run->shell, argument, &value)) return wrong(run, "get: no such name", argument);
  const hermit_status status = show_text(run, value);
  release(value);
  return status;
}

static void HERMIT_ABI receive_setting(void* context, hermit_text value) {
  reply* to = context;
  to->status = show_text(to->run, value);
}

static hermit_status run_settings(echo_run* run, hermit_text argument) {
  hermit_shell* shell = run->shell;
  if (shell->settings == NULL) return wrong(run, "settings: the host lacks", echo_text(HERMIT_EXT_SETTINGS));
  reply to = {run, HERMIT_OK};
  const hermit_text_sink sink = {&to, receive_setting};
  if (shell->settings->value(shell->host, argument, &sink) != HERMIT_OK) {
    return wrong(run, "settings: no such setting", argument);
  }
  return to.status;
}

static hermit_status run_log(echo_run* run, hermit_text argument) {
  hermit_shell* shell = run->shell;
  if (shell->log == NULL) return wrong(run, "log: the host lacks", echo_text(HERMIT_EXT_LOG));
  shell->log->write(shell->host, HERMIT_LOG_INFO, argument);
  return HERMIT_OK;
}

static hermit_status run_nop(echo_run* run, hermit_text argument) {
  (void)run;
  (void)argument;
  return HERMIT_OK;
}

const echo_command echo_commands[] = {
    {"big", "N", "Writes N times 'x' in one call.", run_big},
    {"bundle", "", "Shows a value with three parts.", run_bundle},
    {"clear", "0|1", "Clears what the cell has shown.", run_clear},
    {"count", "", "Shows the execution count.", run_count},
    {"display", "WORD [ID]", "Shows WORD.", run_display},
    {"echo", "TEXT", "Writes TEXT and a newline to stdout.", run_echo},
    {"err", "TEXT", "Writes TEXT and a newline to stderr.", run_err},
    {"fail", "[NAME [VALUE]]", "Fails with that error.", run_fail},
    {"flags", "", "Shows the flags of the cell.", run_flags},
    {"get", "NAME", "Shows what `set` remembered.", run_get},
    {"id", "", "Shows the id of the cell.", run_id},
    {"input", "PROMPT", "Asks for a line and writes it.", run_input},
    {"late", "TEXT", "Writes TEXT after the cell has finished.", run_late},
    {"lines", "N", "Writes N numbered lines.", run_lines},
    {"log", "TEXT", "Writes TEXT to the log.", run_log},
    {"nop", "", "Does nothing.", run_nop},
    {"password", "PROMPT", "Asks for a line without echo and writes it.", run_password},
    {"pending", "MS", "Runs the rest of the cell later, on a thread.", run_pending},
    {"raw", "HEX", "Writes bytes to stdout.", run_raw},
    {"set", "NAME VALUE", "Remembers VALUE.", run_set},
    {"settings", "NAME", "Shows the value of a setting.", run_settings},
    {"sleep", "MS", "Waits.", run_sleep},
    {"spin", "", "Keeps the processor busy until it is interrupted.", run_spin},
    {"status", "N", "Returns the raw status N.", run_status},
    {"update", "ID TEXT", "Replaces what is shown under ID.", run_update},
    {"value", "TEXT", "Shows TEXT as the value of the cell.", run_value},
    {"write", "TEXT", "Writes TEXT to stdout.", run_write},
};
const size_t echo_commands_size = sizeof echo_commands / sizeof echo_commands[0];

const echo_command* echo_find_command(hermit_text name) {
  for (size_t i = 0; i < echo_commands_size; ++i) {
    if (echo_equal(name, echo_text(echo_commands[i].name))) return &echo_commands[i];
  }
  return NULL;
}

/* Whether the line is DIGITS+DIGITS, and their sum. */
static bool sum(hermit_text line, uint64_t* value) {
  const char* plus = line.size != 0 ? memchr(line.data, '+', line.size) : NULL;
  if (plus == NULL) return false;
  const size_t left_size = (size_t)(plus - line.data);
  uint64_t left = 0;
  uint64_t right = 0;
  if (!number(echo_slice(line, 0, left_size), &left)) return false;
  if (!number(echo_slice(line, left_size + 1, line.size), &right)) return false;
  *value = left + right;
  return true;
}

static hermit_status run_line(echo_run* run, hermit_text line) {
  if (line.size == 0 || line.data[0] == '#') return HERMIT_OK;
  uint64_t value = 0;
  if (sum(line, &value)) return show_number(run, value);
  hermit_text argument = line;
  const hermit_text name = take_word(&argument);
  const echo_command* command = echo_find_command(name);
  return command != NULL ? command->run(run, argument) : wrong(run, "no such command", name);
}

hermit_status echo_run_lines(echo_run* run) {
  while (run->rest.size != 0) {
    if (atomic_load(&run->interrupted)) return HERMIT_INTERRUPTED;
    const char* newline = memchr(run->rest.data, '\n', run->rest.size);
    const size_t size = newline != NULL ? (size_t)(newline - run->rest.data) : run->rest.size;
    const hermit_text line = echo_slice(run->rest, 0, size);
    run->rest = echo_slice(run->rest, newline != NULL ? size + 1 : size, run->rest.size);
    ++run->line;
    const hermit_status status = run_line(run, line);
    /* After HERMIT_PENDING the run may belong to another thread already. */
    if (status != HERMIT_OK) return status;
  }
  return HERMIT_OK;
}
