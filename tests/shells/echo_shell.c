/*
 * The life of the echo shell: the manifest and the exported entry, making and ending the main shell and its
 * subshells, and the names they share.
 */
#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock beside a strict C11 */

#include <stdlib.h>
#include <time.h>

#include "echo.h"

/* The same sources make a second shell, which hears of comms on a thread of its own. */
#ifdef ECHO_CONCURRENT_COMMS
#define NAME "echo_concurrent_comms"
#define CONCURRENT_COMMS "true"
#else
#define NAME "echo"
#define CONCURRENT_COMMS "false"
#endif

static const char manifest[] =
    "{\"name\": \"" NAME
    "\",\n"
    " \"display_name\": \"Echo\",\n"
    " \"version\": \"1.0\",\n"
    " \"banner\": \"Echo: a shell that does as it is told\",\n"
    " \"line_comment\": \"#\",\n"
    " \"language_info\": {\"name\": \"echo\", \"version\": \"1.0\", \"mimetype\": \"text/x-echo\",\n"
    "                   \"file_extension\": \".echo\"},\n"
    " \"help_links\": [{\"text\": \"Jupyter messaging\",\n"
    "                 \"url\": \"https://jupyter-client.readthedocs.io/en/stable/messaging.html\"}],\n"
    " \"abilities\": {\"concurrent_introspection\": true, \"concurrent_cells\": true, \"tasks\": true,\n"
    "               \"subshells\": true, \"concurrent_comms\": " CONCURRENT_COMMS
    "},\n"
    " \"requires\": [\"" HERMIT_EXT_OUTPUT
    "\"],\n"
    " \"settings\": [\n"
    "   {\"name\": \"EchoShell.greeting\", \"type\": \"text\", \"default\": \"hello\",\n"
    "    \"help\": \"Only there to be read.\"},\n"
    "   {\"name\": \"EchoShell.start_error\", \"type\": \"text\", \"default\": \"\",\n"
    "    \"help\": \"If not empty, the shell refuses to start and gives this as the reason.\"},\n"
    "   {\"name\": \"EchoShell.subshell_error\", \"type\": \"text\", \"default\": \"\",\n"
    "    \"help\": \"If not empty, subshells refuse to start and give this as the reason.\"},\n"
    "   {\"name\": \"EchoShell.loud\", \"type\": \"bool\", \"default\": false,\n"
    "    \"help\": \"Only there to be read.\"},\n"
    "   {\"name\": \"EchoShell.number\", \"type\": \"integer\", \"default\": 7,\n"
    "    \"help\": \"Only there to be read.\"}],\n"
    " \"check\": {\n"
    "   \"prints\": {\"code\": \"echo hello\", \"stdout\": \"hello\\n\"},\n"
    "   \"prints_text\": \"echo $TEXT\", \"prints_lines\": \"lines 1000\",\n"
    "   \"complains\": {\"code\": \"err hello\", \"stderr\": \"hello\\n\"},\n"
    "   \"value\": {\"code\": \"40+2\", \"text\": \"42\"}, \"displays\": \"display it\",\n"
    "   \"remembers\": {\"set\": \"set kept 42\", \"get\": \"get kept\", \"text\": \"42\"},\n"
    "   \"fails\": {\"code\": \"fail Failure as it was told\", \"name\": \"Failure\"},\n"
    "   \"malformed\": \")\", \"incomplete\": \"echo \\\\\", \"reads\": \"input line:\",\n"
    "   \"loops\": \"spin\", \"sleeps\": \"sleep 3600000\", \"waits\": \"nap 20\", \"prints_late\": \"late hello\",\n"
    "   \"completes\": {\"code\": \"displ\", \"match\": \"display\"}, \"inspects\": \"display\",\n"
    "   \"evaluates\": {\"before\": \"set kept 42\", \"code\": \"kept\", \"text\": \"42\"},\n"
    "   \"hears_comms\": {\"code\": \"target check\", \"target\": \"check\"}, \"opens_comm\": \"open check\"}}\n";

/* Where a refusal to start is handed on to, and whether there was one. */
typedef struct refusal {
  const hermit_text_sink* why;
  bool refused;
} refusal;

/* Receives a setting whose text is the reason to refuse. */
static void HERMIT_ABI receive_reason(void* context, hermit_text value) {
  refusal* to = context;
  if (value.size == 0) return;
  to->refused = true;
  to->why->put(to->why->context, value);
}

static bool told_to_refuse(const echo_session* session, const char* setting, const hermit_text_sink* why) {
  if (session->settings == NULL) return false;
  refusal to = {why, false};
  const hermit_text_sink sink = {&to, receive_reason};
  session->settings->value(session->host, echo_text(setting), &sink);
  return to.refused;
}

/* Makes the lock, and the condition on the clock that nobody can set. */
static bool make_lock(echo_session* session) {
  if (pthread_mutex_init(&session->lock, NULL) != 0) return false;
  pthread_condattr_t attributes;
  bool made = pthread_condattr_init(&attributes) == 0;
  if (made) {
    made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&session->changed, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
  }
  if (!made) pthread_mutex_destroy(&session->lock);
  return made;
}

/* Makes a shell on this thread; NULL when memory is short. */
static hermit_shell* make_shell(echo_session* session, bool is_main) {
  hermit_shell* made = malloc(sizeof *made);
  if (made != NULL) *made = (hermit_shell){session, pthread_self(), is_main};
  return made;
}

static hermit_status refuse(const hermit_text_sink* why, const char* reason, hermit_status status) {
  why->put(why->context, echo_text(reason));
  return status;
}

/* Fills a session, and makes its main shell. On failure the session is the caller's to free. */
static hermit_status start(echo_session* session, const hermit_host* host, hermit_shell** shell,
                           const hermit_text_sink* why) {
  session->host = host;
  session->output = host->extension(host, echo_text(HERMIT_EXT_OUTPUT));
  session->input = host->extension(host, echo_text(HERMIT_EXT_INPUT));
  session->comms = host->extension(host, echo_text(HERMIT_EXT_COMM));
  session->lane = host->extension(host, echo_text(HERMIT_EXT_LANE));
  session->log = host->extension(host, echo_text(HERMIT_EXT_LOG));
  session->settings = host->extension(host, echo_text(HERMIT_EXT_SETTINGS));
  if (session->output == NULL) return refuse(why, "the host lacks " HERMIT_EXT_OUTPUT, HERMIT_UNSUPPORTED);
  if (told_to_refuse(session, "EchoShell.start_error", why)) return HERMIT_FAILED;
  hermit_shell* made = make_shell(session, true);
  if (made == NULL) return refuse(why, "not enough memory", HERMIT_FAILED);
  if (!make_lock(session)) {
    free(made);
    return refuse(why, "the system gave no lock", HERMIT_FAILED);
  }
  *shell = made;
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host,
                                       hermit_shell** shell, const hermit_text_sink* why) {
  (void)info;
  echo_session* session = calloc(1, sizeof *session);
  if (session == NULL) return refuse(why, "not enough memory", HERMIT_FAILED);
  const hermit_status status = start(session, host, shell, why);
  if (status != HERMIT_OK) free(session);
  return status;
}

static hermit_status HERMIT_ABI create_subshell(hermit_shell* shell, hermit_shell** subshell,
                                                const hermit_text_sink* why) {
  if (told_to_refuse(shell->session, "EchoShell.subshell_error", why)) return HERMIT_FAILED;
  hermit_shell* made = make_shell(shell->session, false);
  if (made == NULL) return refuse(why, "not enough memory", HERMIT_FAILED);
  *subshell = made;
  return HERMIT_OK;
}

static void free_session(echo_session* session) {
  while (session->names != NULL) {
    echo_name* name = session->names;
    session->names = name->next;
    echo_release(name->name);
    echo_release(name->value);
    free(name);
  }
  pthread_cond_destroy(&session->changed);
  pthread_mutex_destroy(&session->lock);
  free(session);
}

static void HERMIT_ABI destroy(hermit_shell* shell) {
  echo_interrupt_all(shell);
  echo_join_threads(shell);
  echo_free_runs(shell);
  if (shell->is_main) free_session(shell->session);
  free(shell);
}

/* Copies a text into memory of its own; false when memory is short. */
static bool copy(hermit_text from, hermit_text* to) {
  char* data = malloc(from.size + 1);
  if (data == NULL) return false;
  if (from.size != 0) memcpy(data, from.data, from.size);
  *to = (hermit_text){data, from.size};
  return true;
}

static echo_name* find_name(const echo_session* session, hermit_text name) {
  echo_name* found = session->names;
  while (found != NULL && !echo_equal(found->name, name)) found = found->next;
  return found;
}

/* Finds a name or adds it without a value; NULL when memory is short. */
static echo_name* obtain_name(echo_session* session, hermit_text name) {
  echo_name* found = find_name(session, name);
  if (found != NULL) return found;
  found = calloc(1, sizeof *found);
  if (found == NULL) return NULL;
  if (!copy(name, &found->name)) {
    free(found);
    return NULL;
  }
  found->next = session->names;
  session->names = found;
  return found;
}

bool echo_set(echo_session* session, hermit_text name, hermit_text value) {
  hermit_text own_value;
  if (!copy(value, &own_value)) return false;
  pthread_mutex_lock(&session->lock);
  echo_name* found = obtain_name(session, name);
  if (found != NULL) {
    echo_release(found->value);
    found->value = own_value;
    pthread_cond_broadcast(&session->changed);
  } else {
    echo_release(own_value);
  }
  pthread_mutex_unlock(&session->lock);
  return found != NULL;
}

bool echo_get(echo_session* session, hermit_text name, hermit_text* value) {
  pthread_mutex_lock(&session->lock);
  const echo_name* found = find_name(session, name);
  const bool got = found != NULL && copy(found->value, value);
  pthread_mutex_unlock(&session->lock);
  return got;
}

bool echo_is_set(const echo_session* session, hermit_text name) { return find_name(session, name) != NULL; }

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  static const hermit_shell_subshells subshells_table = {create_subshell};
  const struct {
    const char* id;
    const void* table;
  } tables[] = {{HERMIT_EXT_COMM_HANDLER, &echo_comm_handler_table},
                {HERMIT_EXT_COMPLETE, &echo_complete_table},
                {HERMIT_EXT_EVALUATE, &echo_evaluate_table},
                {HERMIT_EXT_INSPECT, &echo_inspect_table},
                {HERMIT_EXT_INTERRUPT, &echo_interrupt_table},
                {HERMIT_EXT_IS_COMPLETE, &echo_is_complete_table},
                {HERMIT_EXT_SUBSHELLS, &subshells_table},
                {HERMIT_EXT_TASKS, &echo_tasks_table}};
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; ++i) {
    if (echo_equal(id, echo_text(tables[i].id))) return tables[i].table;
  }
  return NULL;
}

static const hermit_shell_table table = {create, destroy, echo_execute, extension};

HERMIT_SHELL_EXPORT(manifest, &table)
