/*
 * Wrong: it gives rubbish wherever it gives anything: statuses that the ABI does not have, and into sinks
 * NULL, text of NULL with a size, tables without entries but with a count, forms that are none. The code of a
 * request says which: "status" returns 12345; "null" puts NULL; "text" puts text of NULL with a size; "parts"
 * puts parts or lines of NULL with a count; "form" puts a part in the form 77. Other code gets a good answer.
 * Cells, beside that: "resume" becomes a task whose resume() returns 12345; "wait" waits for an interrupt(),
 * which returns 12345; "arguments" gives such text to functions of the host and writes what each answered, if
 * it answers anything. The target "rubbish"
 * takes comms, whose messages come to 12345, but for the opening. The first three subshells cannot be made:
 * the status is 12345, the subshell is NULL, the reason is NULL with a size.
 *
 * The host must: log the shell's name each time, drop what is no good, give each request its one answer, and
 * go on.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "quiet.h"

enum { UNKNOWN_STATUS = 12345, UNKNOWN_FORM = 77, UNKNOWN_LEVEL = 77 };

static const char manifest[] =
    "{\"name\": \"rubbish\", \"abilities\": {\"tasks\": true, \"subshells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"}}";

static const hermit_text no_text = {NULL, 5};

/* Whether an interrupt has come. One shell lives in a process, so that this may be static. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool interrupted;

static void write_text(const hermit_host* host, hermit_request request, const char* text) {
  const hermit_host_output* output = host->extension(host, quiet_text(HERMIT_EXT_OUTPUT));
  output->stream(host, request, HERMIT_STDOUT, quiet_text(text));
}

static void HERMIT_ABI ignore(void* context, hermit_text text) {
  (void)context;
  (void)text;
}

/* Gives the host text of NULL with a size wherever it takes text, and a level that is none. */
static hermit_status arguments(const hermit_host* host, hermit_request request) {
  const hermit_host_output* output = host->extension(host, quiet_text(HERMIT_EXT_OUTPUT));
  const hermit_host_settings* settings = host->extension(host, quiet_text(HERMIT_EXT_SETTINGS));
  const hermit_host_log* journal = host->extension(host, quiet_text(HERMIT_EXT_LOG));
  const hermit_mime part = {quiet_text("text/plain"), quiet_text("for nobody"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  const hermit_text lines[] = {quiet_text("a line"), no_text};
  const hermit_error error = {quiet_text("Rubbish"), quiet_text("a line is no text"), lines, 2};
  const hermit_text_sink sink = {NULL, ignore};
  const hermit_text_sink no_sink = {NULL, NULL};
  const hermit_host_comm* comms = host->extension(host, quiet_text(HERMIT_EXT_COMM));
  const hermit_text target = quiet_text("target");
  const hermit_comm_message bad_data = {{NULL, 0}, target, no_text, {NULL, 0}, NULL, 0};
  const hermit_comm_message bad_buffer = {{NULL, 0}, target, {NULL, 0}, {NULL, 0}, &no_text, 1};
  const hermit_comm_message no_buffers = {{NULL, 0}, target, {NULL, 0}, {NULL, 0}, NULL, 1};
  const hermit_comm_message no_target = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, 0};
  const hermit_comm_message good = {{NULL, 0}, target, {NULL, 0}, {NULL, 0}, NULL, 0};
  char text[400];
  journal->write(host, HERMIT_LOG_ERROR, no_text);
  journal->write(host, UNKNOWN_LEVEL, quiet_text("said at a level that is none"));
  snprintf(text, sizeof text, "extension %d\nfail %d\ndisplay %d\nupdate %d\nvalue %d\n",
           host->extension(host, no_text) != NULL, (int)host->fail(host, request, &error),
           (int)output->display(host, request, &bundle, no_text),
           (int)output->update(host, request, &bundle, no_text), (int)settings->value(host, no_text, &sink));
  write_text(host, request, text);
  snprintf(
      text, sizeof text,
      "target %d\nno target %d\nopen nothing %d\nopen data %d\nopen buffer %d\nopen buffers %d\n"
      "open no target %d\nopen no sink %d\nsend nothing %d\nclose buffer %d\n",
      (int)comms->add_target(host, no_text), (int)comms->add_target(host, quiet_text("")),
      (int)comms->open(host, request, NULL, NULL), (int)comms->open(host, request, &bad_data, NULL),
      (int)comms->open(host, request, &bad_buffer, NULL), (int)comms->open(host, request, &no_buffers, NULL),
      (int)comms->open(host, request, &no_target, NULL), (int)comms->open(host, request, &good, &no_sink),
      (int)comms->send(host, request, NULL), (int)comms->close(host, request, &bad_buffer));
  write_text(host, request, text);
  return HERMIT_OK;
}

static hermit_status wait(const hermit_host* host, hermit_request request) {
  pthread_mutex_lock(&lock);
  interrupted = false; /* of an earlier shell in this process */
  pthread_mutex_unlock(&lock);
  write_text(host, request, "waits\n");
  pthread_mutex_lock(&lock);
  while (!interrupted) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return HERMIT_INTERRUPTED;
}

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  const hermit_host* host = shell->host;
  if (quiet_equal(cell->code, "status")) return UNKNOWN_STATUS;
  if (quiet_equal(cell->code, "arguments")) return arguments(host, request);
  if (quiet_equal(cell->code, "wait")) return wait(host, request);
  if (!quiet_equal(cell->code, "resume")) return HERMIT_OK;
  const hermit_host_lane* lane = host->extension(host, quiet_text(HERMIT_EXT_LANE));
  lane->resume_after(host, request, 0);
  return HERMIT_PENDING;
}

static hermit_status HERMIT_ABI resume(hermit_shell* shell, hermit_request request) {
  (void)shell;
  (void)request;
  return UNKNOWN_STATUS;
}

static hermit_status HERMIT_ABI interrupt(hermit_shell* shell, hermit_request request) {
  (void)shell;
  (void)request;
  pthread_mutex_lock(&lock);
  interrupted = true;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return UNKNOWN_STATUS;
}

static hermit_status HERMIT_ABI complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink* sink) {
  (void)shell;
  (void)request;
  const hermit_match good = {quiet_text("good"), {NULL, 0}, {NULL, 0}};
  const hermit_match bad[] = {{no_text, {NULL, 0}, {NULL, 0}},
                              {quiet_text("bad type"), no_text, {NULL, 0}},
                              {quiet_text("bad signature"), {NULL, 0}, no_text}};
  sink->range(sink->context, cursor, cursor);
  if (quiet_equal(code, "null")) sink->add(sink->context, NULL);
  for (size_t i = 0; quiet_equal(code, "text") && i < sizeof bad / sizeof bad[0]; ++i) {
    sink->add(sink->context, &bad[i]);
  }
  sink->add(sink->context, &good);
  return quiet_equal(code, "status") ? UNKNOWN_STATUS : HERMIT_OK;
}

/* Puts a bundle that is spoilt in the way that `what` says, or a good one. */
static void put_bundle(hermit_text what, const hermit_bundle_sink* sink) {
  hermit_mime part = {quiet_text("text/plain"), quiet_text("good"), HERMIT_MIME_TEXT, 0};
  hermit_bundle bundle = {&part, 1, {NULL, 0}};
  if (quiet_equal(what, "text")) part.data = no_text;
  if (quiet_equal(what, "form")) part.form = UNKNOWN_FORM;
  if (quiet_equal(what, "parts")) bundle.parts = NULL;
  sink->put(sink->context, quiet_equal(what, "null") ? NULL : &bundle);
}

static hermit_status HERMIT_ABI inspect(hermit_shell* shell, hermit_request request, hermit_text code,
                                        uint64_t cursor, uint32_t detail, const hermit_bundle_sink* sink) {
  (void)shell;
  (void)request;
  (void)cursor;
  (void)detail;
  put_bundle(code, sink);
  return quiet_equal(code, "status") ? UNKNOWN_STATUS : HERMIT_OK;
}

static hermit_status HERMIT_ABI is_complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                            uint32_t* completeness, const hermit_text_sink* indent) {
  (void)shell;
  (void)request;
  *completeness = HERMIT_CODE_INCOMPLETE;
  indent->put(indent->context, quiet_equal(code, "text") ? no_text : quiet_text("  "));
  return quiet_equal(code, "status") ? UNKNOWN_STATUS : HERMIT_OK;
}

/* "error" and what follows it spoils the error, anything else the value. */
static hermit_status HERMIT_ABI evaluate(hermit_shell* shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink* value, const hermit_error_sink* error) {
  (void)shell;
  (void)request;
  hermit_error wrong = {quiet_text("Rubbish"), quiet_text("good"), NULL, 0};
  if (quiet_equal(expression, "error text")) wrong.value = no_text;
  if (quiet_equal(expression, "error parts")) wrong.traceback_size = 3;
  if (expression.size >= 5 && memcmp(expression.data, "error", 5) == 0) {
    error->put(error->context, quiet_equal(expression, "error null") ? NULL : &wrong);
    return HERMIT_USER_ERROR;
  }
  put_bundle(expression, value);
  return quiet_equal(expression, "status") ? UNKNOWN_STATUS : HERMIT_OK;
}

/* How many subshells of the shell were to be made; one after another, as each waits for its answer. */
static int made;

static hermit_status HERMIT_ABI opened(hermit_shell* shell, hermit_request request,
                                       const hermit_comm_message* message) {
  (void)shell;
  (void)request;
  (void)message;
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI received(hermit_shell* shell, hermit_request request,
                                         const hermit_comm_message* message) {
  (void)shell;
  (void)request;
  (void)message;
  return UNKNOWN_STATUS;
}

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  made = 0; /* a process may have one shell after another */
  const hermit_host_comm* comms = host->extension(host, quiet_text(HERMIT_EXT_COMM));
  comms->add_target(host, quiet_text("rubbish"));
  return quiet_create(info, host, shell, why);
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell* shell, hermit_shell** subshell,
                                                const hermit_text_sink* why) {
  switch (made++) {
    case 0:
      return UNKNOWN_STATUS;
    case 1:
      *subshell = NULL;
      return HERMIT_OK;
    case 2:
      why->put(why->context, no_text);
      return HERMIT_FAILED;
    default:
      return quiet_create(NULL, shell->host, subshell, why);
  }
}

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_comm_handler comm_handler_table = {opened, received, received};
  static const hermit_shell_complete complete_table = {complete};
  static const hermit_shell_evaluate evaluate_table = {evaluate};
  static const hermit_shell_inspect inspect_table = {inspect};
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  static const hermit_shell_is_complete is_complete_table = {is_complete};
  static const hermit_shell_subshells subshells_table = {create_subshell};
  static const hermit_shell_tasks tasks_table = {resume};
  if (quiet_equal(id, HERMIT_EXT_COMM_HANDLER)) return &comm_handler_table;
  if (quiet_equal(id, HERMIT_EXT_COMPLETE)) return &complete_table;
  if (quiet_equal(id, HERMIT_EXT_EVALUATE)) return &evaluate_table;
  if (quiet_equal(id, HERMIT_EXT_INSPECT)) return &inspect_table;
  if (quiet_equal(id, HERMIT_EXT_INTERRUPT)) return &interrupt_table;
  if (quiet_equal(id, HERMIT_EXT_IS_COMPLETE)) return &is_complete_table;
  if (quiet_equal(id, HERMIT_EXT_SUBSHELLS)) return &subshells_table;
  return quiet_equal(id, HERMIT_EXT_TASKS) ? &tasks_table : NULL;
}

static const hermit_shell_table table = {create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
