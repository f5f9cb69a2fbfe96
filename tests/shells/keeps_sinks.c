/*
 * Wrong: it calls the host's sinks when it may not. The code of a request says how: "twice" calls its sink
 * two times, with "first" and then with "second"; "thread" calls it on another thread, while the request is
 * open. Each request leaves a copy of its sink behind; the cell "again" calls all of those, and "again in a
 * thread" does so on another thread. Other code gets an answer by the rules, "first".
 *
 * The host must: log the shell's name each time; take "first" and nothing else, and nothing from another
 * thread; not read or write what was a sink's; answer each request once; and go on.
 */
#include <pthread.h>
#include <stdbool.h>

#include "quiet.h"

/* The sinks of the requests that came last. One shell lives in a process, so that they may be static; the
 * requests come one after another. */
static hermit_text_sink kept_why, kept_indent;
static hermit_match_sink kept_matches;
static hermit_bundle_sink kept_description, kept_value;
static hermit_error_sink kept_error;

static void put_text(const hermit_text_sink* sink, const char* text) {
  if (sink->put != NULL) sink->put(sink->context, quiet_text(text));
}

static void put_match(const char* text) {
  const hermit_match match = {quiet_text(text), {NULL, 0}, {NULL, 0}};
  if (kept_matches.add == NULL) return;
  kept_matches.range(kept_matches.context, 0, 1);
  kept_matches.add(kept_matches.context, &match);
}

static void put_bundle(const hermit_bundle_sink* sink, const char* text) {
  const hermit_mime part = {quiet_text("text/plain"), quiet_text(text), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  if (sink->put != NULL) sink->put(sink->context, &bundle);
}

static void put_error(const char* text) {
  const hermit_error error = {quiet_text("KeepsSinks"), quiet_text(text), NULL, 0};
  if (kept_error.put != NULL) kept_error.put(kept_error.context, &error);
}

/* One of these is what a request's sink is called with. */
static void to_indent(const char* text) { put_text(&kept_indent, text); }
static void to_description(const char* text) { put_bundle(&kept_description, text); }
static void to_value(const char* text) { put_bundle(&kept_value, text); }

static void to_all(const char* text) {
  put_text(&kept_why, text);
  put_text(&kept_indent, text);
  put_match(text);
  put_bundle(&kept_description, text);
  put_bundle(&kept_value, text);
  put_error(text);
}

typedef struct call {
  void (*put)(const char* text);
  const char* text;
} call;

static void* run_call(void* argument) {
  const call* to = argument;
  to->put(to->text);
  return NULL;
}

static void in_a_thread(void (*put)(const char* text), const char* text) {
  call to = {put, text};
  pthread_t thread;
  if (pthread_create(&thread, NULL, run_call, &to) == 0) pthread_join(thread, NULL);
}

/* Calls a sink in the way that `how` says. */
static void use(hermit_text how, void (*put)(const char* text)) {
  if (quiet_equal(how, "thread")) {
    in_a_thread(put, "from a thread");
  } else {
    put("first");
    if (quiet_equal(how, "twice")) put("second");
  }
}

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  kept_why = *why;
  return quiet_create(info, host, shell, why);
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  (void)shell;
  (void)request;
  if (quiet_equal(cell->code, "again")) to_all("again");
  if (quiet_equal(cell->code, "again in a thread")) in_a_thread(to_all, "again");
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink* sink) {
  (void)shell;
  (void)request;
  (void)cursor;
  kept_matches = *sink;
  use(code, put_match);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI inspect(hermit_shell* shell, hermit_request request, hermit_text code,
                                        uint64_t cursor, uint32_t detail, const hermit_bundle_sink* sink) {
  (void)shell;
  (void)request;
  (void)cursor;
  (void)detail;
  kept_description = *sink;
  use(code, to_description);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI is_complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                            uint32_t* completeness, const hermit_text_sink* indent) {
  (void)shell;
  (void)request;
  *completeness = HERMIT_CODE_INCOMPLETE;
  kept_indent = *indent;
  use(code, to_indent);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI evaluate(hermit_shell* shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink* value, const hermit_error_sink* error) {
  (void)shell;
  (void)request;
  kept_value = *value;
  kept_error = *error;
  use(expression, to_value);
  return HERMIT_OK;
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_complete complete_table = {complete};
  static const hermit_shell_evaluate evaluate_table = {evaluate};
  static const hermit_shell_inspect inspect_table = {inspect};
  static const hermit_shell_is_complete is_complete_table = {is_complete};
  if (quiet_equal(id, HERMIT_EXT_COMPLETE)) return &complete_table;
  if (quiet_equal(id, HERMIT_EXT_EVALUATE)) return &evaluate_table;
  if (quiet_equal(id, HERMIT_EXT_INSPECT)) return &inspect_table;
  return quiet_equal(id, HERMIT_EXT_IS_COMPLETE) ? &is_complete_table : NULL;
}

static const hermit_shell_table table = {create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("keeps_sinks"), &table)
