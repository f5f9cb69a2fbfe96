/*
 * A shell written when the ABI had version 0.9, and kept as it was: it uses every extension of that version, and
 * is compiled against the headers beside it, not against the present ones. No later host may need a change here.
 *
 * Not an example to copy; those are in examples/. A cell is one word, of the table `words` below.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hermit/hermit.h"

static const char manifest[] =
    "{\"name\": \"frozen\", \"display_name\": \"Frozen at 0.9\", \"version\": \"0.9\", \"banner\": \"Cold.\","
    " \"language_info\": {\"name\": \"frozen\", \"version\": \"0.9\", \"mimetype\": \"text/plain\","
    " \"file_extension\": \".txt\"}, \"line_comment\": \"#\","
    " \"help_links\": [{\"text\": \"Hermit\", \"url\": \"https://example.org\"}],"
    " \"abilities\": {\"concurrent_introspection\": true, \"concurrent_cells\": true, \"concurrent_comms\": true,"
    " \"tasks\": true, \"subshells\": true}, \"isolation\": \"none\","
    " \"requires\": [\"" HERMIT_EXT_OUTPUT "\", \"" HERMIT_EXT_INPUT "\", \"" HERMIT_EXT_SETTINGS
    "\", \"" HERMIT_EXT_LOG "\", \"" HERMIT_EXT_LANE "\", \"" HERMIT_EXT_COMM "\"],"
    " \"settings\": [{\"name\": \"FrozenShell.word\", \"type\": \"text\", \"default\": \"ice\", \"help\": \"A word\"}]}";

struct hermit_shell {
  const hermit_host *host;
  const hermit_host_output *output;
  const hermit_host_input *input;
  const hermit_host_settings *settings;
  const hermit_host_log *log;
  const hermit_host_lane *lane;
  const hermit_host_comm *comm;
};

/* Of the library, since a subshell's requests are interrupted through the main shell. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static hermit_request interrupted;

static hermit_text text_of(const char *words) {
  hermit_text text;
  text.data = words;
  text.size = strlen(words);
  return text;
}

static int equal(hermit_text text, const char *words) {
  return text.size == strlen(words) && (text.size == 0 || memcmp(text.data, words, text.size) == 0);
}

static void print(hermit_shell *shell, hermit_request request, hermit_text text) {
  shell->output->stream(shell->host, request, HERMIT_STDOUT, text);
}

/* Where a sink of the shell's own puts what it gets: into the output of a request. */
typedef struct printer {
  hermit_shell *shell;
  hermit_request request;
} printer;

static void put_printed(void *context, hermit_text text) {
  const printer *to = (const printer *)context;
  print(to->shell, to->request, text);
}

static hermit_status result_word(hermit_shell *shell, hermit_request request) {
  const hermit_mime parts[] = {{text_of("text/plain"), text_of("the value"), HERMIT_MIME_TEXT, 0},
                               {text_of("application/json"), text_of("[1, 2]"), HERMIT_MIME_JSON, 0},
                               {text_of("image/png"), text_of("png"), HERMIT_MIME_BINARY, 0}};
  const hermit_bundle value = {parts, 3, text_of("{\"cold\": true}")};
  return shell->output->result(shell->host, request, &value);
}

static hermit_status stream_word(hermit_shell *shell, hermit_request request) {
  shell->output->stream(shell->host, request, HERMIT_STDERR, text_of("err\n"));
  return shell->output->stream(shell->host, request, HERMIT_STDOUT, text_of("out\n"));
}

static hermit_status display_word(hermit_shell *shell, hermit_request request) {
  const hermit_mime part = {text_of("text/plain"), text_of("shown"), HERMIT_MIME_TEXT, 0};
  const hermit_mime later = {text_of("text/plain"), text_of("replaced"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle first = {&part, 1, {NULL, 0}};
  const hermit_bundle second = {&later, 1, {NULL, 0}};
  shell->output->display(shell->host, request, &first, text_of("id"));
  shell->output->update(shell->host, request, &second, text_of("id"));
  return shell->output->clear(shell->host, request, 1);
}

static hermit_status fail_word(hermit_shell *shell, hermit_request request) {
  const hermit_text lines[] = {text_of("line 1"), text_of("line 2")};
  const hermit_error error = {text_of("ColdError"), text_of("too cold"), lines, 2};
  shell->host->fail(shell->host, request, &error);
  return HERMIT_USER_ERROR;
}

static hermit_status input_word(hermit_shell *shell, hermit_request request) {
  printer to = {shell, request};
  const hermit_text_sink sink = {&to, put_printed};
  return shell->input->read(shell->host, request, text_of("word? "), 0, &sink);
}

static hermit_status setting_word(hermit_shell *shell, hermit_request request) {
  printer to = {shell, request};
  const hermit_text_sink sink = {&to, put_printed};
  return shell->settings->value(shell->host, text_of("FrozenShell.word"), &sink);
}

static hermit_status log_word(hermit_shell *shell, hermit_request request) {
  (void)request;
  shell->log->write(shell->host, HERMIT_LOG_ERROR, text_of("a cold line"));
  return HERMIT_OK;
}

/* Goes on in resume(), which shows the value. */
static hermit_status task_word(hermit_shell *shell, hermit_request request) {
  const hermit_status asked = shell->lane->resume_after(shell->host, request, 1000);
  return asked == HERMIT_OK ? HERMIT_PENDING : asked;
}

static hermit_status finish_word(hermit_shell *shell, hermit_request request) {
  result_word(shell, request);
  shell->host->finish(shell->host, request, HERMIT_OK);
  return HERMIT_PENDING;
}

static hermit_status wait_word(hermit_shell *shell, hermit_request request) {
  print(shell, request, text_of("waiting\n"));
  pthread_mutex_lock(&mutex);
  while (interrupted != request) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
  return HERMIT_INTERRUPTED;
}

static hermit_status comm_word(hermit_shell *shell, hermit_request request) {
  const hermit_text buffer = text_of("bytes");
  hermit_comm_message message = {text_of("cold-comm"), text_of("ice"), text_of("{\"n\": 1}"), {NULL, 0}, &buffer, 1};
  printer to = {shell, request};
  const hermit_text_sink id = {&to, put_printed};
  if (shell->comm->open(shell->host, request, &message, &id) != HERMIT_OK) return HERMIT_FAILED;
  if (shell->comm->send(shell->host, request, &message) != HERMIT_OK) return HERMIT_FAILED;
  return shell->comm->close(shell->host, request, &message);
}

/* Only a program that embeds the host and made the shell with something of its own has this service. */
static hermit_status embedding_word(hermit_shell *shell, hermit_request request) {
  const hermit_host_embedding *embedding =
      (const hermit_host_embedding *)shell->host->extension(shell->host, text_of(HERMIT_EXT_EMBEDDING));
  const int given = embedding != NULL && embedding->context(shell->host) != NULL;
  print(shell, request, text_of(given ? "given" : "alone"));
  return HERMIT_OK;
}

/* The language. */
static const struct {
  const char *word;
  hermit_status (*run)(hermit_shell *shell, hermit_request request);
} words[] = {{"result", result_word}, {"stream", stream_word}, {"display", display_word},
             {"fail", fail_word},     {"input", input_word},   {"setting", setting_word},
             {"log", log_word},       {"task", task_word},     {"finish", finish_word},
             {"wait", wait_word},     {"comm", comm_word},     {"embedding", embedding_word}};

static hermit_status execute(hermit_shell *shell, hermit_request request, const hermit_cell *cell) {
  size_t i;
  for (i = 0; i < sizeof words / sizeof words[0]; ++i) {
    if (equal(cell->code, words[i].word)) return words[i].run(shell, request);
  }
  return cell->code.size == 0 && cell->run_mode <= HERMIT_RUN_THREAD ? HERMIT_OK : HERMIT_INVALID;
}

static hermit_status resume(hermit_shell *shell, hermit_request request) { return result_word(shell, request); }

static hermit_status evaluate(hermit_shell *shell, hermit_request request, hermit_text expression,
                              const hermit_bundle_sink *value, const hermit_error_sink *error) {
  const hermit_mime part = {text_of("text/plain"), expression, HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  const hermit_error failure = {text_of("ColdError"), text_of("no such word"), NULL, 0};
  (void)shell;
  (void)request;
  if (equal(expression, "unknown")) {
    error->put(error->context, &failure);
    return HERMIT_USER_ERROR;
  }
  value->put(value->context, &bundle);
  return HERMIT_OK;
}

static hermit_status interrupt(hermit_shell *shell, hermit_request request) {
  (void)shell;
  pthread_mutex_lock(&mutex);
  interrupted = request;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  return HERMIT_OK;
}

static hermit_status complete(hermit_shell *shell, hermit_request request, hermit_text code, uint64_t cursor,
                              const hermit_match_sink *sink) {
  size_t i;
  (void)shell;
  (void)request;
  (void)code;
  sink->range(sink->context, 0, cursor);
  for (i = 0; i < sizeof words / sizeof words[0]; ++i) {
    const hermit_match match = {text_of(words[i].word), text_of("keyword"), {NULL, 0}};
    const hermit_status taken = sink->add(sink->context, &match);
    if (taken != HERMIT_OK) return taken;
  }
  return HERMIT_OK;
}

static hermit_status inspect(hermit_shell *shell, hermit_request request, hermit_text code, uint64_t cursor,
                             uint32_t detail, const hermit_bundle_sink *sink) {
  const hermit_mime part = {text_of("text/plain"), text_of(detail == 0 ? "a word" : "a word, in full"),
                            HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  (void)shell;
  (void)request;
  (void)cursor;
  if (code.size > 0) sink->put(sink->context, &bundle);
  return HERMIT_OK;
}

static hermit_status is_complete(hermit_shell *shell, hermit_request request, hermit_text code,
                                 uint32_t *completeness, const hermit_text_sink *indent) {
  (void)shell;
  (void)request;
  *completeness = equal(code, "half") ? HERMIT_CODE_INCOMPLETE : HERMIT_CODE_COMPLETE;
  if (*completeness == HERMIT_CODE_INCOMPLETE) indent->put(indent->context, text_of("    "));
  return HERMIT_OK;
}

static hermit_status history(hermit_shell *shell, hermit_request request, hermit_text content,
                             const hermit_text_sink *reply) {
  (void)shell;
  (void)request;
  (void)content;
  reply->put(reply->context, text_of("{\"history\": [[1, 1, \"frozen\"]]}"));
  return HERMIT_OK;
}

/* What a client does with a comm is printed. */
static hermit_status comm_opened(hermit_shell *shell, hermit_request request, const hermit_comm_message *message) {
  print(shell, request, text_of("opened "));
  print(shell, request, message->target);
  return HERMIT_OK;
}

static hermit_status comm_received(hermit_shell *shell, hermit_request request, const hermit_comm_message *message) {
  print(shell, request, text_of("received "));
  print(shell, request, message->data);
  return HERMIT_OK;
}

static hermit_status comm_closed(hermit_shell *shell, hermit_request request, const hermit_comm_message *message) {
  print(shell, request, text_of("closed "));
  print(shell, request, message->comm_id);
  return HERMIT_OK;
}

static hermit_status create_subshell(hermit_shell *shell, hermit_shell **subshell, const hermit_text_sink *why) {
  hermit_shell *made = (hermit_shell *)malloc(sizeof *made);
  if (made == NULL) {
    why->put(why->context, text_of("there is no memory"));
    return HERMIT_FAILED;
  }
  *made = *shell;
  *subshell = made;
  return HERMIT_OK;
}

static void destroy(hermit_shell *shell) { free(shell); }

static hermit_status create(const hermit_host_info *info, const hermit_host *host, hermit_shell **shell,
                            const hermit_text_sink *why) {
  hermit_shell found;
  hermit_status made;
  if (info->size < sizeof *info || info->name.size == 0 || info->version.size == 0) {
    why->put(why->context, text_of("the host does not say who it is"));
    return HERMIT_UNSUPPORTED;
  }
  found.host = host;
  found.output = (const hermit_host_output *)host->extension(host, text_of(HERMIT_EXT_OUTPUT));
  found.input = (const hermit_host_input *)host->extension(host, text_of(HERMIT_EXT_INPUT));
  found.settings = (const hermit_host_settings *)host->extension(host, text_of(HERMIT_EXT_SETTINGS));
  found.log = (const hermit_host_log *)host->extension(host, text_of(HERMIT_EXT_LOG));
  found.lane = (const hermit_host_lane *)host->extension(host, text_of(HERMIT_EXT_LANE));
  found.comm = (const hermit_host_comm *)host->extension(host, text_of(HERMIT_EXT_COMM));
  made = create_subshell(&found, shell, why);
  if (made != HERMIT_OK) return made;
  pthread_mutex_lock(&mutex);
  interrupted = HERMIT_NO_REQUEST;
  pthread_mutex_unlock(&mutex);
  found.comm->add_target(host, text_of("snow"));
  found.comm->add_target(host, text_of("rain"));
  found.comm->remove_target(host, text_of("rain"));
  return HERMIT_OK;
}

static const void *extension(hermit_shell *shell, hermit_text id) {
  static const hermit_shell_comm_handler comm_handler_table = {comm_opened, comm_received, comm_closed};
  static const hermit_shell_complete complete_table = {complete};
  static const hermit_shell_evaluate evaluate_table = {evaluate};
  static const hermit_shell_history history_table = {history};
  static const hermit_shell_inspect inspect_table = {inspect};
  static const hermit_shell_interrupt interrupt_table = {interrupt};
  static const hermit_shell_is_complete is_complete_table = {is_complete};
  static const hermit_shell_subshells subshells_table = {create_subshell};
  static const hermit_shell_tasks tasks_table = {resume};
  (void)shell;
  if (equal(id, HERMIT_EXT_COMM_HANDLER)) return &comm_handler_table;
  if (equal(id, HERMIT_EXT_COMPLETE)) return &complete_table;
  if (equal(id, HERMIT_EXT_EVALUATE)) return &evaluate_table;
  if (equal(id, HERMIT_EXT_HISTORY)) return &history_table;
  if (equal(id, HERMIT_EXT_INSPECT)) return &inspect_table;
  if (equal(id, HERMIT_EXT_INTERRUPT)) return &interrupt_table;
  if (equal(id, HERMIT_EXT_IS_COMPLETE)) return &is_complete_table;
  if (equal(id, HERMIT_EXT_SUBSHELLS)) return &subshells_table;
  return equal(id, HERMIT_EXT_TASKS) ? &tasks_table : NULL;
}

static const hermit_shell_table table = {create, destroy, execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
