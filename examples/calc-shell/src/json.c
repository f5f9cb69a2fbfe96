#include "json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* A double is read back as it was from as many digits as these, and mostly from less. */
enum { DIGITS_OF_A_DOUBLE = 17, DIGITS_TO_TRY = 15 };

static size_t skip_blanks(hermit_text json, size_t at) {
  while (at < json.size && strchr(" \t\r\n", json.data[at]) != NULL && json.data[at] != '\0') ++at;
  return at;
}

/* Behind the text whose first quote is at `at`. */
static size_t skip_text(hermit_text json, size_t at) {
  for (++at; at < json.size && json.data[at] != '"'; ++at) at += json.data[at] == '\\';
  return at < json.size ? at + 1 : json.size;
}

/* Behind the value that begins at `at`, however deep it is. */
static size_t skip_value(hermit_text json, size_t at) {
  size_t depth = 0;
  while (at < json.size) {
    const char byte = json.data[at];
    if (byte == '"') {
      at = skip_text(json, at);
      if (depth == 0) return at;
      continue;
    }
    const bool closes = byte == '}' || byte == ']';
    if (depth == 0 && (closes || byte == ',')) return at;
    depth += byte == '{' || byte == '[';
    depth -= closes;
    ++at;
    if (depth == 0 && closes) return at;
  }
  return at;
}

bool calc_json_member(hermit_text json, const char *name, hermit_text *value) {
  size_t at = skip_blanks(json, 0);
  if (at >= json.size || json.data[at] != '{') return false;
  for (at = skip_blanks(json, at + 1); at < json.size && json.data[at] == '"';
       at = skip_blanks(json, at + 1)) {
    const size_t key = at;
    at = skip_text(json, at);
    const bool found = at >= key + 2 && calc_is(calc_slice(json, key + 1, at - 1), name);
    at = skip_blanks(json, at);     /* at the colon */
    at = skip_blanks(json, at + 1); /* at the value */
    const size_t begin = at;
    at = skip_value(json, at);
    if (begin >= json.size) return false;
    if (found) {
      *value = calc_slice(json, begin, at);
      while (value->size > 0 && strchr(" \t\r\n", value->data[value->size - 1]) != NULL) --value->size;
      return true;
    }
    at = skip_blanks(json, at); /* at the comma, or at the end */
  }
  return false;
}

bool calc_json_number(hermit_text json, const char *name, double *number) {
  hermit_text value;
  return calc_json_member(json, name, &value) && calc_read_number(value, number);
}

bool calc_json_true(hermit_text json, const char *name) {
  hermit_text value;
  return calc_json_member(json, name, &value) && calc_is(value, "true");
}

/* The number that four hexadecimal digits are; those of a well-formed text. */
static uint32_t read_hex(const char *digits) {
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) {
    const char digit = digits[i];
    const int worth = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    number = number * 16 + ((uint32_t)worth & 0xF);
  }
  return number;
}

/* Writes a character in UTF-8; returns how many bytes. */
static size_t write_utf8(uint32_t character, char *to) {
  if (character < 0x80) {
    to[0] = (char)character;
    return 1;
  }
  const size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = size; i-- > 1; character >>= 6) to[i] = (char)(0x80 | (character & 0x3F));
  to[0] = (char)(first[size] | character);
  return size;
}

/* Reads what follows a backslash at `*at`, and moves behind it. Two halves of a pair are one character. */
static uint32_t read_escape(hermit_text json, size_t *at) {
  static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
  const char letter = json.data[*at];
  if (letter != 'u' || *at + 4 >= json.size) {
    const char *found = strchr(letters, letter);
    *at += 1;
    return (unsigned char)(letter != '\0' && found != NULL ? meant[found - letters] : letter);
  }
  uint32_t character = read_hex(json.data + *at + 1);
  *at += 5;
  const bool has_pair = character >= 0xD800 && character < 0xDC00 && *at + 6 <= json.size &&
                        json.data[*at] == '\\' && json.data[*at + 1] == 'u';
  if (!has_pair) return character;
  character = 0x10000 + ((character - 0xD800) << 10) + ((read_hex(json.data + *at + 2) - 0xDC00) & 0x3FF);
  *at += 6;
  return character;
}

bool calc_json_text(hermit_text json, const char *name, calc_arena *arena, hermit_text *text) {
  hermit_text value;
  if (!calc_json_member(json, name, &value) || value.size < 2 || value.data[0] != '"') return false;
  /* No escape is longer than what it stands for but one with four digits, whose character has at most three
   * bytes. */
  char *data = calc_take(arena, value.size + 1);
  if (data == NULL) return false;
  size_t size = 0, at = 1;
  while (at < value.size - 1) {
    if (value.data[at] == '\\') {
      ++at;
      size += write_utf8(read_escape(value, &at), data + size);
    } else {
      data[size++] = value.data[at++];
    }
  }
  *text = (hermit_text){data, size};
  return true;
}

void calc_add_json_text(calc_buffer *buffer, hermit_text text) {
  calc_add_words(buffer, "\"");
  for (size_t i = 0; i < text.size; ++i) {
    const unsigned char byte = (unsigned char)text.data[i];
    char escape[8];
    if (byte == '"' || byte == '\\') {
      snprintf(escape, sizeof escape, "\\%c", byte);
      calc_add_words(buffer, escape);
    } else if (byte < 0x20) {
      snprintf(escape, sizeof escape, "\\u%04x", byte);
      calc_add_words(buffer, escape);
    } else {
      calc_add(buffer, calc_slice(text, i, i + 1));
    }
  }
  calc_add_words(buffer, "\"");
}

/* Writes a number with as few digits as it needs. */
static void add_exact_number(calc_buffer *buffer, double number) {
  const size_t begin = buffer->size;
  double read = 0;
  for (int digits = DIGITS_TO_TRY; digits <= DIGITS_OF_A_DOUBLE; ++digits) {
    buffer->size = begin;
    calc_add_number(buffer, number, digits);
    if (buffer->failed) return;
    const hermit_text written = calc_slice(calc_buffer_text(buffer), begin, buffer->size);
    if (calc_read_number(written, &read) && read == number) return;
  }
}

void calc_add_json_value(calc_buffer *buffer, calc_value value) {
  if (value.is_text) {
    calc_add_json_text(buffer, value.text);
  } else if (isfinite(value.number)) {
    add_exact_number(buffer, value.number);
  } else {
    calc_add_words(buffer, value.number > 0 ? "\"inf\"" : "\"-inf\"");
  }
}
