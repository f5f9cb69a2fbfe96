#include "exchange.h"

#include "json.h"
#include "show.h"
#include "watch.h"

static hermit_status HERMIT_ABI get(hermit_shell *shell, hermit_request request, hermit_text name,
                                    const hermit_bundle_sink *value) {
  (void)request;
  calc_arena arena = {NULL};
  calc_meaning meaning = {calc_number_value(0), NULL, 0};
  hermit_status status = HERMIT_STALE;
  if (calc_find_name(shell->session, name, &arena, &meaning)) {
    /* A function cannot leave its language. */
    status = meaning.function == NULL ? HERMIT_OK : HERMIT_UNSUPPORTED;
    if (status == HERMIT_OK) calc_put_value(meaning.value, shell->session->digits, value);
  }
  calc_release_function(meaning.function);
  calc_arena_free(&arena);
  return status;
}

/* Reads what the shell reads best: JSON that is a number or a text, else plain text. */
static bool read_value(const hermit_bundle *bundle, calc_arena *arena, calc_value *value) {
  for (size_t i = 0; i < bundle->count; ++i) {
    const hermit_mime *part = &bundle->parts[i];
    if (!calc_is(part->type, "application/json")) continue;
    calc_buffer object = {NULL, 0, 0, false};
    calc_add_words(&object, "{\"value\": ");
    calc_add(&object, part->data);
    calc_add_words(&object, "}");
    const hermit_text json = calc_buffer_text(&object);
    const bool is_number = !object.failed && calc_json_number(json, "value", &value->number);
    value->is_text = !is_number && !object.failed && calc_json_text(json, "value", arena, &value->text);
    calc_buffer_free(&object);
    if (is_number || value->is_text) return true;
  }
  for (size_t i = 0; i < bundle->count; ++i) {
    if (!calc_is(bundle->parts[i].type, "text/plain")) continue;
    *value = calc_text_value(bundle->parts[i].data);
    return true;
  }
  return false;
}

static hermit_status HERMIT_ABI put(hermit_shell *shell, hermit_request request, hermit_text name,
                                    const hermit_bundle *value) {
  calc_arena arena = {NULL};
  calc_value read = calc_number_value(0);
  hermit_status status = HERMIT_OK;
  if (!calc_is_name(name)) {
    status = HERMIT_INVALID;
  } else if (!read_value(value, &arena, &read)) {
    status = HERMIT_UNSUPPORTED;
  } else if (!calc_set_variable(shell->session, name, read)) {
    status = HERMIT_FAILED;
  } else {
    calc_tell_watchers(shell->session, request, name);
  }
  calc_arena_free(&arena);
  return status;
}

const hermit_shell_draft_values calc_values_table = {get, put};
