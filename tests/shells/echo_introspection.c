/*
 * What the echo shell says about code without running it: completion and description of commands, whether
 * code is whole, and the value of a name.
 *
 * complete, inspect and is_complete may be called while a cell runs (concurrent_introspection). They read
 * the table of commands, which never changes, and so need no lock.
 */
#include <stdio.h>

#include "echo.h"

static bool blank(char character) { return character == ' ' || character == '\n'; }

/* Where the word begins that reaches up to `cursor`. */
static size_t word_begin(hermit_text code, size_t cursor) {
  while (cursor > 0 && !blank(code.data[cursor - 1])) --cursor;
  return cursor;
}

static size_t word_end(hermit_text code, size_t cursor) {
  while (cursor < code.size && !blank(code.data[cursor])) ++cursor;
  return cursor;
}

static hermit_status HERMIT_ABI complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink* sink) {
  (void)shell;
  (void)request;
  if (cursor > code.size) return HERMIT_INVALID;
  const size_t begin = word_begin(code, (size_t)cursor);
  const hermit_text word = echo_slice(code, begin, (size_t)cursor);
  sink->range(sink->context, begin, cursor);
  for (size_t i = 0; i < echo_commands_size; ++i) {
    const hermit_text name = echo_text(echo_commands[i].name);
    if (name.size < word.size || !echo_equal(echo_slice(name, 0, word.size), word)) continue;
    const hermit_match match = {name, echo_text("command"), echo_text(echo_commands[i].signature)};
    const hermit_status status = sink->add(sink->context, &match);
    if (status != HERMIT_OK) return status;
  }
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI inspect(hermit_shell* shell, hermit_request request, hermit_text code,
                                        uint64_t cursor, uint32_t detail, const hermit_bundle_sink* sink) {
  (void)shell;
  (void)request;
  if (cursor > code.size) return HERMIT_INVALID;
  const size_t begin = word_begin(code, (size_t)cursor);
  const echo_command* command = echo_find_command(echo_slice(code, begin, word_end(code, (size_t)cursor)));
  if (command == NULL) return HERMIT_OK;
  char text[200];
  snprintf(text, sizeof text, "%s %s\n%s%s", command->name, command->signature, command->help,
           detail != 0 ? "\nA command of the echo shell." : "");
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, echo_text(text));
  sink->put(sink->context, &bundle);
  return HERMIT_OK;
}

/* A line that begins with ')' is invalid; a backslash at the very end asks for another line. */
static hermit_status HERMIT_ABI is_complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                            uint32_t* completeness, const hermit_text_sink* indent) {
  (void)shell;
  (void)request;
  *completeness = HERMIT_CODE_COMPLETE;
  for (size_t i = 0; i < code.size; ++i) {
    const bool begins_line = i == 0 || code.data[i - 1] == '\n';
    if (begins_line && code.data[i] == ')') *completeness = HERMIT_CODE_INVALID;
  }
  if (*completeness == HERMIT_CODE_COMPLETE && code.size != 0 && code.data[code.size - 1] == '\\') {
    *completeness = HERMIT_CODE_INCOMPLETE;
    indent->put(indent->context, echo_text("  "));
  }
  return HERMIT_OK;
}

/* The value of a name that `set` has made. */
static hermit_status HERMIT_ABI evaluate(hermit_shell* shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink* value, const hermit_error_sink* error) {
  (void)request;
  hermit_text text;
  if (!echo_get(shell->session, expression, &text)) {
    const hermit_text traceback[] = {echo_text("in an expression"), echo_text("EchoError: no such name")};
    const hermit_error no_name = {echo_text("EchoError"), echo_text("no such name"), traceback, 2};
    error->put(error->context, &no_name);
    return HERMIT_USER_ERROR;
  }
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, text);
  value->put(value->context, &bundle);
  echo_release(text);
  return HERMIT_OK;
}

const hermit_shell_complete echo_complete_table = {complete};
const hermit_shell_inspect echo_inspect_table = {inspect};
const hermit_shell_is_complete echo_is_complete_table = {is_complete};
const hermit_shell_evaluate echo_evaluate_table = {evaluate};
