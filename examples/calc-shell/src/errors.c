#include "errors.h"

enum { MARGIN = 2 }; /* blanks before a line of code that is shown */

static hermit_text line_at(hermit_text code, size_t at) {
  size_t begin = at, end = at;
  while (begin > 0 && code.data[begin - 1] != '\n') --begin;
  while (end < code.size && code.data[end] != '\n') ++end;
  return calc_slice(code, begin, end);
}

static size_t lines_before(hermit_text code, size_t at) {
  size_t lines = 0;
  for (size_t i = 0; i < at; ++i) lines += code.data[i] == '\n';
  return lines;
}

/* An error at the end of the code is shown at the end of the last line that has any. */
static size_t place_to_show(calc_place place) {
  size_t at = place.at < place.code.size ? place.at : place.code.size;
  while (at == place.code.size && at > 0 && place.code.data[at - 1] == '\n') {
    at -= 1;
    place.code.size -= 1;
  }
  return at;
}

hermit_status calc_raise(calc_error *error, calc_arena *arena, const char *name, calc_place place,
                         const char *what, hermit_text with) {
  const size_t at = place_to_show(place);
  const hermit_text line = line_at(place.code, at);
  const size_t before = line.size == 0 ? 0 : at - (size_t)(line.data - place.code.data);
  calc_buffer message = {NULL, 0, 0, false};
  calc_add_words(&message, what);
  const bool quoted = with.size != 0 && what[0] != '\0';
  if (quoted) calc_add_words(&message, " '");
  calc_add(&message, with);
  if (quoted) calc_add_words(&message, "'");
  const bool kept = !message.failed && calc_keep(arena, calc_buffer_text(&message), &error->message) &&
                    calc_keep(arena, line, &error->line) &&
                    calc_keep(arena, place.function, &error->function);
  calc_buffer_free(&message);
  if (!kept) return HERMIT_FAILED;
  error->name = name;
  error->number = lines_before(place.code, at) + 1;
  error->column = calc_characters(calc_slice(line, 0, before)) + 1;
  return HERMIT_USER_ERROR;
}

/* "line 2, column 5: …", and in which function. */
static void add_value(calc_buffer *value, const calc_error *error) {
  calc_add_words(value, "line ");
  calc_add_number(value, (double)error->number, 15);
  calc_add_words(value, ", column ");
  calc_add_number(value, (double)error->column, 15);
  if (error->function.size != 0) {
    calc_add_words(value, " of ");
    calc_add(value, error->function);
    calc_add_words(value, "()");
  }
  calc_add_words(value, ": ");
  calc_add(value, error->message);
}

void calc_put_error(const calc_error *error, const hermit_error_sink *sink) {
  calc_buffer value = {NULL, 0, 0, false}, head = {NULL, 0, 0, false};
  calc_buffer code = {NULL, 0, 0, false}, caret = {NULL, 0, 0, false};
  add_value(&value, error);
  calc_add_words(&head, error->name);
  calc_add_words(&head, ": ");
  calc_add(&head, calc_buffer_text(&value));
  for (size_t i = 0; i < MARGIN; ++i) calc_add_words(&code, " ");
  calc_add(&code, error->line);
  for (size_t i = 1; i < MARGIN + error->column; ++i) calc_add_words(&caret, " ");
  calc_add_words(&caret, "^");
  const hermit_text traceback[] = {calc_buffer_text(&head), calc_buffer_text(&code),
                                   calc_buffer_text(&caret)};
  const hermit_error told = {calc_text(error->name), calc_buffer_text(&value), traceback, 3};
  sink->put(sink->context, &told);
  calc_buffer_free(&value);
  calc_buffer_free(&head);
  calc_buffer_free(&code);
  calc_buffer_free(&caret);
}
