/*
 * The commands of the echo shell that show something: streams, values, displays.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "echo.h"

static hermit_status print(echo_run* run, uint32_t stream, hermit_text text) {
  const echo_session* session = run->session;
  return echo_answer(run, "stream", session->output->stream(session->host, run->request, stream, text));
}

hermit_status echo_print_line(echo_run* run, uint32_t stream, hermit_text text) {
  const hermit_text parts[] = {text, echo_text("\n")};
  const hermit_text line = echo_joined(parts, 2);
  const hermit_status status = print(run, stream, line);
  echo_release(line);
  return status;
}

static hermit_status show(echo_run* run, const hermit_bundle* bundle) {
  const echo_session* session = run->session;
  return echo_answer(run, "result", session->output->result(session->host, run->request, bundle));
}

hermit_status echo_show_text(echo_run* run, hermit_text text) {
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, text);
  return show(run, &bundle);
}

hermit_status echo_show_number(echo_run* run, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, value);
  return echo_show_text(run, echo_text(text));
}

ECHO_COMMAND(echo) { return echo_print_line(run, HERMIT_STDOUT, argument); }

ECHO_COMMAND(err) { return echo_print_line(run, HERMIT_STDERR, argument); }

ECHO_COMMAND(write) { return print(run, HERMIT_STDOUT, argument); }

static int hex_digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

hermit_text echo_bytes(hermit_text hex) {
  char* bytes = malloc(hex.size + 1);
  size_t digits = 0;
  unsigned value = 0;
  bool right = bytes != NULL;
  for (size_t i = 0; i < hex.size && right; ++i) {
    if (hex.data[i] == ' ') continue;
    const int digit = hex_digit(hex.data[i]);
    right = digit >= 0;
    value = (value << 4 | (unsigned)digit) & 0xff;
    ++digits;
    if (digits % 2 == 0) bytes[digits / 2 - 1] = (char)value;
  }
  if (right && digits % 2 == 0) return (hermit_text){bytes, digits / 2};
  free(bytes);
  return (hermit_text){NULL, 0};
}

ECHO_COMMAND(raw) {
  const hermit_text bytes = echo_bytes(argument);
  const hermit_status status = bytes.data != NULL
                                   ? print(run, HERMIT_STDOUT, bytes)
                                   : echo_wrong(run, "raw: not bytes in hexadecimal", argument);
  echo_release(bytes);
  return status;
}

ECHO_COMMAND(lines) {
  uint64_t count = 0;
  if (!echo_number(argument, &count)) return echo_wrong(run, "lines: not a number", argument);
  hermit_status status = HERMIT_OK;
  for (uint64_t i = 0; i < count && status == HERMIT_OK; ++i) {
    char line[32];
    const int size = snprintf(line, sizeof line, "line %" PRIu64 "\n", i);
    status = print(run, HERMIT_STDOUT, (hermit_text){line, (size_t)size});
    if (atomic_load(&run->interrupted)) status = HERMIT_INTERRUPTED;
  }
  return status;
}

ECHO_COMMAND(big) {
  const uint64_t limit = UINT64_C(1) << 30;
  uint64_t size = 0;
  if (!echo_number(argument, &size) || size > limit) {
    return echo_wrong(run, "big: not a number up to 2^30", argument);
  }
  char* text = malloc(size + 1);
  if (text == NULL) return echo_wrong(run, "big: not enough memory", argument);
  memset(text, 'x', size);
  const hermit_status status = print(run, HERMIT_STDOUT, (hermit_text){text, size});
  free(text);
  return status;
}

ECHO_COMMAND(value) { return echo_show_text(run, argument); }

/* What `bundle` shows, to a function of the host. */
typedef hermit_status put_bundle(echo_run* run, const hermit_bundle* bundle, hermit_text id);

static hermit_status with_bundle(echo_run* run, put_bundle* to, hermit_text id) {
  static const char bytes[] = {0, '\xff', '\x80', 'A'};
  const hermit_mime parts[] = {
      {echo_text("text/plain"), echo_text("a bundle"), HERMIT_MIME_TEXT, 0},
      {echo_text("application/json"), echo_text("{\"answer\": [42, null]}"), HERMIT_MIME_JSON, 0},
      {echo_text("application/octet-stream"), {bytes, sizeof bytes}, HERMIT_MIME_BINARY, 0}};
  const hermit_bundle bundle = {parts, 3, echo_text("{\"text/plain\": {\"lines\": 1}}")};
  return to(run, &bundle, id);
}

static hermit_status as_value(echo_run* run, const hermit_bundle* bundle, hermit_text id) {
  (void)id;
  return show(run, bundle);
}

static hermit_status as_display(echo_run* run, const hermit_bundle* bundle, hermit_text id) {
  const echo_session* session = run->session;
  return echo_answer(run, "display", session->output->display(session->host, run->request, bundle, id));
}

ECHO_COMMAND(bundle) { return with_bundle(run, as_value, argument); }

ECHO_COMMAND(show_bundle) { return with_bundle(run, as_display, argument); }

ECHO_COMMAND(display) {
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, echo_take_word(&argument));
  return as_display(run, &bundle, argument);
}

ECHO_COMMAND(update) {
  const hermit_text id = echo_take_word(&argument);
  hermit_mime part;
  const hermit_bundle bundle = echo_plain(&part, argument);
  const echo_session* session = run->session;
  return echo_answer(run, "update", session->output->update(session->host, run->request, &bundle, id));
}

ECHO_COMMAND(clear) {
  uint64_t wait = 0;
  if (!echo_number(argument, &wait) || wait > 1) {
    return echo_wrong(run, "clear: neither 0 nor 1", argument);
  }
  const echo_session* session = run->session;
  return echo_answer(run, "clear", session->output->clear(session->host, run->request, (uint32_t)wait));
}
