/*
 * Text: slices of UTF-8, a buffer that grows, numbers written and read, and memory that is freed all at once.
 */
#ifndef CALC_TEXT_H
#define CALC_TEXT_H

#include <hermit/abi.h>
#include <stdbool.h>
#include <string.h>

/* Memory that is taken in small pieces and given back together. All zero is an empty one. */
typedef struct calc_arena {
  struct calc_block *newest;
} calc_arena;

/* How full an arena was; for calc_rewind(). */
typedef struct calc_mark {
  struct calc_block *newest;
  size_t used;
} calc_mark;

/* Takes `size` bytes, aligned for anything; NULL when there is no memory. They live until calc_arena_free(),
 * or until the arena is rewound to a mark set before. */
void *calc_take(calc_arena *arena, size_t size);

/* A copy of a text in the arena. False when there is no memory. */
bool calc_keep(calc_arena *arena, hermit_text text, hermit_text *kept);

calc_mark calc_set_mark(const calc_arena *arena);
void calc_rewind(calc_arena *arena, calc_mark mark);
void calc_arena_free(calc_arena *arena);

/* Text that is being put together. All zero is an empty one. When memory is short it says so at the end:
 * nothing has to be asked in between. */
typedef struct calc_buffer {
  char *data;
  size_t size;
  size_t capacity;
  bool failed;
} calc_buffer;

void calc_add(calc_buffer *buffer, hermit_text text);
void calc_add_words(calc_buffer *buffer, const char *words);
/* A number with at most `digits` significant digits, such as 0.5, 1e+300 and inf; in every locale with a dot.
 */
void calc_add_number(calc_buffer *buffer, double number, int digits);
void calc_buffer_free(calc_buffer *buffer);

/* Reads a number that is the whole of the text, blanks around it aside. */
bool calc_read_number(hermit_text text, double *number);

/* How many characters, not bytes, a text has. */
size_t calc_characters(hermit_text text);

static inline hermit_text calc_text(const char *words) {
  const hermit_text text = {words, strlen(words)};
  return text;
}

static inline hermit_text calc_slice(hermit_text text, size_t begin, size_t end) {
  const hermit_text slice = {begin == end ? NULL : text.data + begin, end - begin};
  return slice;
}

static inline bool calc_starts(hermit_text text, hermit_text start) {
  return text.size >= start.size && (start.size == 0 || memcmp(text.data, start.data, start.size) == 0);
}

static inline bool calc_equal(hermit_text left, hermit_text right) {
  return left.size == right.size && calc_starts(left, right);
}

static inline bool calc_is(hermit_text text, const char *words) { return calc_equal(text, calc_text(words)); }

/* What a buffer holds; lent until it changes. */
static inline hermit_text calc_buffer_text(const calc_buffer *buffer) {
  const hermit_text text = {buffer->data, buffer->size};
  return text;
}

#endif
