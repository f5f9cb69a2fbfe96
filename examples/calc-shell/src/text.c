#define _POSIX_C_SOURCE 200809L /* newlocale() and uselocale() beside a strict C11 */

#include "text.h"

#include <locale.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  BLOCK_SIZE = 4096,  /* in bytes; a cell of usual size needs one */
  LONGEST_NUMBER = 64 /* in bytes; what %.17g writes is shorter */
};

/* A piece of an arena. What it has given out follows behind it. */
typedef struct calc_block {
  struct calc_block *older;
  size_t used;
  size_t capacity;
  alignas(max_align_t) char bytes[];
} calc_block;

void *calc_take(calc_arena *arena, size_t size) {
  const size_t alignment = alignof(max_align_t);
  if (size > SIZE_MAX / 2) return NULL;
  const size_t whole = (size + alignment - 1) / alignment * alignment;
  calc_block *block = arena->newest;
  if (block == NULL || block->capacity - block->used < whole) {
    const size_t capacity = whole > BLOCK_SIZE ? whole : BLOCK_SIZE;
    block = malloc(sizeof *block + capacity);
    if (block == NULL) return NULL;
    block->older = arena->newest;
    block->used = 0;
    block->capacity = capacity;
    arena->newest = block;
  }
  void *taken = block->bytes + block->used;
  block->used += whole;
  return taken;
}

bool calc_keep(calc_arena *arena, hermit_text text, hermit_text *kept) {
  char *data = calc_take(arena, text.size + 1);
  if (data == NULL) return false;
  if (text.size != 0) memcpy(data, text.data, text.size);
  kept->data = data;
  kept->size = text.size;
  return true;
}

calc_mark calc_set_mark(const calc_arena *arena) {
  const calc_mark mark = {arena->newest, arena->newest == NULL ? 0 : arena->newest->used};
  return mark;
}

void calc_rewind(calc_arena *arena, calc_mark mark) {
  while (arena->newest != mark.newest) {
    calc_block *block = arena->newest;
    arena->newest = block->older;
    free(block);
  }
  if (mark.newest != NULL) mark.newest->used = mark.used;
}

void calc_arena_free(calc_arena *arena) {
  const calc_mark empty = {NULL, 0};
  calc_rewind(arena, empty);
}

void calc_add(calc_buffer *buffer, hermit_text text) {
  if (buffer->failed || text.size == 0) return;
  if (buffer->capacity - buffer->size < text.size) {
    const size_t capacity = (buffer->size + text.size) * 2;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
      buffer->failed = true;
      return;
    }
    buffer->data = data;
    buffer->capacity = capacity;
  }
  memcpy(buffer->data + buffer->size, text.data, text.size);
  buffer->size += text.size;
}

void calc_add_words(calc_buffer *buffer, const char *words) { calc_add(buffer, calc_text(words)); }

void calc_buffer_free(calc_buffer *buffer) {
  free(buffer->data);
  *buffer = (calc_buffer){NULL, 0, 0, false};
}

/* The locale of the process is the host's business, and may write 0,5. That of this thread is changed for the
 * time of a call. */
static locale_t plain_locale(void) { return newlocale(LC_ALL_MASK, "C", (locale_t)0); }

void calc_add_number(calc_buffer *buffer, double number, int digits) {
  char written[LONGEST_NUMBER];
  const locale_t plain = plain_locale();
  const locale_t before = uselocale(plain);
  const int size = snprintf(written, sizeof written, "%.*g", digits, number);
  uselocale(before);
  if (plain != (locale_t)0) freelocale(plain);
  if (size > 0 && size < LONGEST_NUMBER) calc_add(buffer, calc_slice(calc_text(written), 0, (size_t)size));
}

static hermit_text trimmed(hermit_text text) {
  size_t begin = 0, end = text.size;
  while (begin < end && (text.data[begin] == ' ' || text.data[begin] == '\t')) ++begin;
  while (end > begin && (text.data[end - 1] == ' ' || text.data[end - 1] == '\t')) --end;
  return calc_slice(text, begin, end);
}

bool calc_read_number(hermit_text text, double *number) {
  const hermit_text found = trimmed(text);
  if (found.size == 0 || memchr(found.data, '\0', found.size) != NULL) return false;
  /* strtod() reads 0x10, nan and infinity too, which are no numbers of this language. */
  for (size_t i = 0; i < found.size; ++i) {
    if (strchr("0123456789.eE+-", found.data[i]) == NULL) return false;
  }
  char *copy = malloc(found.size + 1);
  if (copy == NULL) return false;
  memcpy(copy, found.data, found.size);
  copy[found.size] = '\0';
  const locale_t plain = plain_locale();
  const locale_t before = uselocale(plain);
  char *end = NULL;
  *number = strtod(copy, &end);
  uselocale(before);
  if (plain != (locale_t)0) freelocale(plain);
  const bool whole = end == copy + found.size;
  free(copy);
  return whole;
}

size_t calc_characters(hermit_text text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size; ++i) count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  return count;
}
