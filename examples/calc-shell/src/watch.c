#include "watch.h"

#include <stdint.h>
#include <stdlib.h>

#include "json.h"
#include "names.h"

static const char target[] = "calc.watch";

/* A comm that is open. */
typedef struct calc_watcher {
  struct calc_watcher *next; /* in calc_session.watchers; guarded by the lock */
  bool is_ours;              /* opened by `watch` */
  size_t name_size;          /* 0: it watches all */
  size_t id_size;
  char bytes[]; /* the name, and then the comm's id */
} calc_watcher;

static hermit_text name_of(const calc_watcher *watcher) {
  return (hermit_text){watcher->bytes, watcher->name_size};
}

static hermit_text id_of(const calc_watcher *watcher) {
  return (hermit_text){watcher->bytes + watcher->name_size, watcher->id_size};
}

static bool add_watcher(calc_session *session, hermit_text name, hermit_text id, bool is_ours) {
  calc_watcher *made = malloc(sizeof *made + name.size + id.size);
  if (made == NULL) return false;
  made->is_ours = is_ours;
  made->name_size = name.size;
  made->id_size = id.size;
  if (name.size != 0) memcpy(made->bytes, name.data, name.size);
  if (id.size != 0) memcpy(made->bytes + name.size, id.data, id.size);
  calc_lock(session);
  made->next = session->watchers;
  session->watchers = made;
  calc_unlock(session);
  return true;
}

/* Takes one off the list, for the caller to free: that with the id, or one of ours with the name. */
static calc_watcher *take_watcher(calc_session *session, hermit_text id, hermit_text name) {
  calc_lock(session);
  calc_watcher **link = &session->watchers;
  for (; *link != NULL; link = &(*link)->next) {
    if (id.size != 0 ? calc_equal(id_of(*link), id) : (*link)->is_ours && calc_equal(name_of(*link), name))
      break;
  }
  calc_watcher *taken = *link;
  if (taken != NULL) *link = taken->next;
  calc_unlock(session);
  return taken;
}

void calc_free_watchers(calc_session *session) {
  while (session->watchers != NULL) {
    calc_watcher *watcher = session->watchers;
    session->watchers = watcher->next;
    free(watcher);
  }
}

/* Writes {"name", "value", "version"}. */
static void add_state(calc_session *session, hermit_text name, calc_buffer *json) {
  calc_arena arena = {NULL};
  calc_meaning meaning = {calc_number_value(0), NULL, 0};
  const bool found = calc_find_name(session, name, &arena, &meaning);
  calc_add_words(json, "{\"name\": ");
  calc_add_json_text(json, name);
  calc_add_words(json, ", \"value\": ");
  if (found && meaning.function == NULL) {
    calc_add_json_value(json, meaning.value);
  } else {
    calc_add_words(json, "null");
  }
  calc_lock(session);
  const uint64_t version = found ? meaning.version : session->version;
  calc_unlock(session);
  calc_add_words(json, ", \"version\": ");
  calc_add_number(json, (double)version, 15);
  calc_add_words(json, "}");
  calc_release_function(meaning.function);
  calc_arena_free(&arena);
}

static hermit_status send(calc_session *session, hermit_request request, hermit_text id,
                          const calc_buffer *json) {
  hermit_comm_message message;
  memset(&message, 0, sizeof message);
  message.comm_id = id;
  message.data = calc_buffer_text(json);
  return json->failed ? HERMIT_FAILED : session->comms->send(session->host, request, &message);
}

static void send_state(calc_session *session, hermit_request request, hermit_text id, hermit_text name) {
  calc_buffer json = {NULL, 0, 0, false};
  add_state(session, name, &json);
  /* A comm that its client has closed meanwhile is about to be taken off the list. */
  send(session, request, id, &json);
  calc_buffer_free(&json);
}

/* The ids of the comms that watch a name, in the arena. They are copies: the host is called without the lock.
 */
static size_t ids_for(calc_session *session, hermit_text name, calc_arena *arena, hermit_text **ids) {
  size_t count = 0, kept = 0;
  calc_lock(session);
  for (const calc_watcher *each = session->watchers; each != NULL; each = each->next) ++count;
  *ids = count == 0 ? NULL : calc_take(arena, count * sizeof **ids);
  for (const calc_watcher *each = session->watchers; *ids != NULL && each != NULL; each = each->next) {
    const bool concerned = each->name_size == 0 || calc_equal(name_of(each), name);
    if (concerned && calc_keep(arena, id_of(each), &(*ids)[kept])) ++kept;
  }
  calc_unlock(session);
  return kept;
}

void calc_tell_watchers(calc_session *session, hermit_request request, hermit_text name) {
  calc_arena arena = {NULL};
  hermit_text *ids = NULL;
  const size_t count = ids_for(session, name, &arena, &ids);
  for (size_t i = 0; i < count; ++i) send_state(session, request, ids[i], name);
  calc_arena_free(&arena);
}

hermit_status calc_share(calc_session *session) {
  return session->comms->add_target(session->host, calc_text(target));
}

hermit_status calc_unshare(calc_session *session) {
  return session->comms->remove_target(session->host, calc_text(target));
}

/* Takes the id of a comm that was opened. */
typedef struct opening {
  calc_session *session;
  hermit_text name;
  bool added;
} opening;

static void HERMIT_ABI take_id(void *context, hermit_text id) {
  opening *to = context;
  to->added = add_watcher(to->session, to->name, id, true);
}

hermit_status calc_watch(calc_session *session, hermit_request request, hermit_text name) {
  calc_buffer json = {NULL, 0, 0, false};
  add_state(session, name, &json);
  hermit_comm_message message;
  memset(&message, 0, sizeof message);
  message.target = calc_text(target);
  message.data = calc_buffer_text(&json);
  opening to = {session, name, false};
  const hermit_text_sink sink = {&to, take_id};
  hermit_status status = HERMIT_FAILED;
  if (!json.failed) status = session->comms->open(session->host, request, &message, &sink);
  calc_buffer_free(&json);
  return status == HERMIT_OK && !to.added ? HERMIT_FAILED : status;
}

hermit_status calc_unwatch(calc_session *session, hermit_request request, hermit_text name) {
  const hermit_text no_id = {NULL, 0};
  hermit_status status = HERMIT_STALE;
  for (calc_watcher *taken; (taken = take_watcher(session, no_id, name)) != NULL; free(taken)) {
    hermit_comm_message message;
    memset(&message, 0, sizeof message);
    message.comm_id = id_of(taken);
    status = session->comms->close(session->host, request, &message);
  }
  return status;
}

/* The name that a client's message is about: that which its comm watches, or that which it names. */
static bool name_for(calc_session *session, const hermit_comm_message *message, calc_arena *arena,
                     hermit_text *name) {
  bool found = false;
  calc_lock(session);
  for (const calc_watcher *each = session->watchers; each != NULL && !found; each = each->next) {
    found = each->name_size != 0 && calc_equal(id_of(each), message->comm_id) &&
            calc_keep(arena, name_of(each), name);
  }
  calc_unlock(session);
  return found || (calc_json_text(message->data, "name", arena, name) && calc_is_name(*name));
}

static hermit_status HERMIT_ABI opened(hermit_shell *shell, hermit_request request,
                                       const hermit_comm_message *message) {
  calc_session *session = shell->session;
  calc_arena arena = {NULL};
  hermit_text name = {NULL, 0};
  calc_json_text(message->data, "name", &arena, &name);
  const bool added = add_watcher(session, name, message->comm_id, false);
  if (added && name.size != 0) send_state(session, request, message->comm_id, name);
  calc_arena_free(&arena);
  return added ? HERMIT_OK : HERMIT_FAILED;
}

static void complain(calc_session *session, hermit_request request, hermit_text id, const char *what) {
  calc_buffer json = {NULL, 0, 0, false};
  calc_add_words(&json, "{\"error\": ");
  calc_add_json_text(&json, calc_text(what));
  calc_add_words(&json, "}");
  send(session, request, id, &json);
  calc_buffer_free(&json);
}

static hermit_status HERMIT_ABI received(hermit_shell *shell, hermit_request request,
                                         const hermit_comm_message *message) {
  calc_session *session = shell->session;
  calc_arena arena = {NULL};
  hermit_text name = {NULL, 0}, raw = {NULL, 0}, text = {NULL, 0};
  double number = 0;
  const bool is_number = calc_json_number(message->data, "value", &number);
  const bool is_text = !is_number && calc_json_text(message->data, "value", &arena, &text);
  if (!name_for(session, message, &arena, &name)) {
    complain(session, request, message->comm_id, "the message has no name of a variable");
  } else if (is_number || is_text) {
    calc_set_variable(session, name, is_number ? calc_number_value(number) : calc_text_value(text));
    calc_tell_watchers(session, request, name);
  } else if (calc_json_member(message->data, "value", &raw)) {
    complain(session, request, message->comm_id, "a value is a number or a text");
  } else {
    send_state(session, request, message->comm_id, name);
  }
  calc_arena_free(&arena);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI closed(hermit_shell *shell, hermit_request request,
                                       const hermit_comm_message *message) {
  (void)request;
  const hermit_text no_name = {NULL, 0};
  free(take_watcher(shell->session, message->comm_id, no_name));
  return HERMIT_OK;
}

const hermit_shell_comm_handler calc_comm_handler_table = {opened, received, closed};
