/*
 * A shell that keeps every rule and does nothing, for the bad shells beside it: each takes these parts and
 * spoils one. It is not an example to copy; echo.c is.
 */
#ifndef HERMIT_TESTS_SHELLS_QUIET_H
#define HERMIT_TESTS_SHELLS_QUIET_H

#include <stdlib.h>
#include <string.h>

#include "hermit/hermit.h"

/* A manifest with all that is required, for the shell called `name`, a string literal. */
#define QUIET_MANIFEST(name)                                                          \
  "{\"name\": \"" name                                                                \
  "\", \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": " \
  "\"text/plain\", \"file_extension\": \".txt\"}}"

/* An address at which nothing lies: a host that reads there, against the rules, does not live on. */
#define QUIET_NOWHERE 64

struct hermit_shell {
  const hermit_host* host;
};

static inline hermit_text quiet_text(const char* characters) {
  hermit_text text;
  text.data = characters;
  text.size = strlen(characters);
  return text;
}

static inline int quiet_equal(hermit_text text, const char* characters) {
  return text.size == strlen(characters) && (text.size == 0 || memcmp(text.data, characters, text.size) == 0);
}

static inline hermit_status HERMIT_ABI quiet_create(const hermit_host_info* info, const hermit_host* host,
                                                    hermit_shell** shell, const hermit_text_sink* why) {
  hermit_shell* made = (hermit_shell*)malloc(sizeof(hermit_shell));
  (void)info;
  if (made == NULL) {
    why->put(why->context, quiet_text("not enough memory"));
    return HERMIT_FAILED;
  }
  made->host = host;
  *shell = made;
  return HERMIT_OK;
}

static inline void HERMIT_ABI quiet_destroy(hermit_shell* shell) { free(shell); }

static inline hermit_status HERMIT_ABI quiet_execute(hermit_shell* shell, hermit_request request,
                                                     const hermit_cell* cell) {
  (void)shell;
  (void)request;
  (void)cell;
  return HERMIT_OK;
}

static inline const void* HERMIT_ABI quiet_extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  (void)id;
  return NULL;
}

#endif
