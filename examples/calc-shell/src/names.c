#include "names.h"

#include <stdint.h>
#include <stdlib.h>

#include "lexer.h"
#include "parser.h"
#include "words.h"

enum { FIRST_CAPACITY = 16 };

/* A name and what it stands for: a function, or a value of which the text is the name's own. */
typedef struct calc_name {
  hermit_text name;
  calc_value value;
  calc_function *function;
  uint64_t version;
} calc_name;

calc_function *calc_make_function(hermit_text name, hermit_text code) {
  calc_function *made = calloc(1, sizeof *made);
  if (made == NULL) return NULL;
  atomic_init(&made->references, 1);
  calc_statement *statement = NULL;
  calc_error error;
  const bool good = calc_keep(&made->arena, name, &made->name) &&
                    calc_keep(&made->arena, code, &made->code) &&
                    calc_parse(made->code, made->name, &made->arena, &statement, &error) == CALC_WHOLE;
  if (!good || statement == NULL) {
    calc_release_function(made);
    return NULL;
  }
  made->parameters = statement->parameters;
  made->parameter_count = statement->parameter_count;
  made->body = statement->first;
  return made;
}

void calc_release_function(calc_function *function) {
  if (function == NULL || atomic_fetch_sub(&function->references, 1) != 1) return;
  calc_arena_free(&function->arena);
  free(function);
}

/* A text as malloc() has it; NULL data when there is no memory. */
static hermit_text own(hermit_text text) {
  char *data = malloc(text.size + 1);
  if (data != NULL && text.size != 0) memcpy(data, text.data, text.size);
  const hermit_text copy = {data, text.size};
  return copy;
}

static void release(hermit_text text) { free((void *)(uintptr_t)text.data); }

static int compare(hermit_text left, hermit_text right) {
  const size_t common = left.size < right.size ? left.size : right.size;
  const int order = common == 0 ? 0 : memcmp(left.data, right.data, common);
  if (order != 0) return order;
  return left.size < right.size ? -1 : left.size > right.size;
}

/* Where the name is, or would be. The caller holds the lock. */
static size_t place_of(const calc_session *session, hermit_text name) {
  size_t low = 0, high = session->name_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (compare(session->names[middle].name, name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* The name, or NULL. The caller holds the lock. */
static calc_name *find(const calc_session *session, hermit_text name) {
  const size_t place = place_of(session, name);
  const bool found = place < session->name_count && calc_equal(session->names[place].name, name);
  return found ? &session->names[place] : NULL;
}

/* The name, added if there is none; NULL without memory. The caller holds the lock. */
static calc_name *obtain(calc_session *session, hermit_text name) {
  calc_name *found = find(session, name);
  if (found != NULL) return found;
  if (session->name_count == session->name_capacity) {
    const size_t capacity = session->name_capacity == 0 ? FIRST_CAPACITY : session->name_capacity * 2;
    calc_name *names = realloc(session->names, capacity * sizeof *names);
    if (names == NULL) return NULL;
    session->names = names;
    session->name_capacity = capacity;
  }
  const hermit_text copy = own(name);
  if (copy.data == NULL) return NULL;
  const size_t place = place_of(session, name);
  found = &session->names[place];
  memmove(found + 1, found, (session->name_count - place) * sizeof *found);
  ++session->name_count;
  memset(found, 0, sizeof *found);
  found->name = copy;
  return found;
}

static void clear(calc_name *name) {
  if (name->value.is_text) release(name->value.text);
  calc_release_function(name->function);
  name->value = calc_number_value(0);
  name->function = NULL;
}

/* Gives a name one of both; what is given is the session's. */
static bool set(calc_session *session, hermit_text name, calc_value value, calc_function *function) {
  calc_lock(session);
  calc_name *found = obtain(session, name);
  if (found != NULL) {
    clear(found);
    found->value = value;
    found->function = function;
    found->version = ++session->version;
  }
  calc_unlock(session);
  return found != NULL;
}

bool calc_set_variable(calc_session *session, hermit_text name, calc_value value) {
  if (value.is_text) value.text = own(value.text);
  if (value.is_text && value.text.data == NULL) return false;
  const bool done = set(session, name, value, NULL);
  if (!done && value.is_text) release(value.text);
  return done;
}

bool calc_set_function(calc_session *session, calc_function *function) {
  const bool done = set(session, function->name, calc_number_value(0), function);
  if (!done) calc_release_function(function);
  return done;
}

bool calc_find_name(calc_session *session, hermit_text name, calc_arena *arena, calc_meaning *meaning) {
  calc_lock(session);
  const calc_name *found = find(session, name);
  bool done = found != NULL;
  if (done) {
    *meaning = (calc_meaning){found->value, found->function, found->version};
    if (found->function != NULL) atomic_fetch_add(&found->function->references, 1);
    if (found->value.is_text) done = calc_keep(arena, found->value.text, &meaning->value.text);
  }
  calc_unlock(session);
  return done;
}

bool calc_is_name(hermit_text text) {
  calc_lexer lexer = {text, 0};
  const calc_token token = calc_next_token(&lexer);
  return token.kind == CALC_TOKEN_NAME && token.text.size == text.size && calc_find_word(text) == NULL;
}

bool calc_forget(calc_session *session, hermit_text name) {
  calc_lock(session);
  calc_name *found = find(session, name);
  if (found != NULL) {
    clear(found);
    release(found->name);
    const size_t behind = session->name_count - (size_t)(found - session->names) - 1;
    memmove(found, found + 1, behind * sizeof *found);
    --session->name_count;
    ++session->version;
  }
  calc_unlock(session);
  return found != NULL;
}

/* "(a, b)" in the arena; empty without memory. */
static hermit_text signature_of(const calc_function *function, calc_arena *arena) {
  calc_buffer written = {NULL, 0, 0, false};
  calc_add_words(&written, "(");
  for (size_t i = 0; i < function->parameter_count; ++i) {
    if (i != 0) calc_add_words(&written, ", ");
    calc_add(&written, function->parameters[i]);
  }
  calc_add_words(&written, ")");
  hermit_text kept = {NULL, 0};
  if (!written.failed) calc_keep(arena, calc_buffer_text(&written), &kept);
  calc_buffer_free(&written);
  return kept;
}

size_t calc_list_names(calc_session *session, hermit_text start, calc_arena *arena, calc_listed **list) {
  size_t count = 0;
  calc_lock(session);
  const size_t first = place_of(session, start);
  while (first + count < session->name_count && calc_starts(session->names[first + count].name, start))
    ++count;
  *list = calc_take(arena, (count + 1) * sizeof **list);
  for (size_t i = 0; *list != NULL && i < count; ++i) {
    const calc_name *name = &session->names[first + i];
    calc_listed *listed = &(*list)[i];
    *listed = (calc_listed){{NULL, 0}, {NULL, 0}, name->function != NULL};
    if (!calc_keep(arena, name->name, &listed->name)) *list = NULL;
    if (*list != NULL && listed->is_function) listed->signature = signature_of(name->function, arena);
  }
  calc_unlock(session);
  return *list == NULL ? SIZE_MAX : count;
}

void calc_free_names(calc_session *session) {
  for (size_t i = 0; i < session->name_count; ++i) {
    clear(&session->names[i]);
    release(session->names[i].name);
  }
  free(session->names);
}

void calc_add_value(calc_buffer *buffer, calc_value value, int digits, bool quoted) {
  if (!value.is_text) {
    calc_add_number(buffer, value.number, digits);
    return;
  }
  if (quoted) calc_add_words(buffer, "\"");
  calc_add(buffer, value.text);
  if (quoted) calc_add_words(buffer, "\"");
}
