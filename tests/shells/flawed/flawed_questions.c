/*
 * What a flawed shell answers without running a cell: completions, descriptions, values, history and comms.
 */
#include "flawed.h"

static bool loop_runs(session* of) {
  pthread_mutex_lock(&of->lock);
  const bool runs = of->loop_runs;
  pthread_mutex_unlock(&of->lock);
  return runs;
}

static bool has_lines(hermit_text code) { return code.size != 0 && memchr(code.data, '\n', code.size) != NULL; }

/* Where the word begins that reaches up to the cursor. */
static uint64_t word_begin(hermit_text code, uint64_t cursor) {
  while (cursor > 0 && code.data[cursor - 1] >= 'a' && code.data[cursor - 1] <= 'z') --cursor;
  return cursor;
}

/* How many code points there are before an offset. */
static uint64_t code_points(hermit_text code, uint64_t offset) {
  uint64_t count = 0;
  for (uint64_t i = 0; i < offset; ++i) count += ((unsigned char)code.data[i] & 0xC0) != 0x80;
  return count;
}

/* What a flawed shell does before it completes; false when it then offers nothing. */
static bool complete_badly(hermit_shell* shell, hermit_request request, hermit_text code) {
  session* of = shell->session;
  if (has(FLAW_completions_leak_nothing)) flawed_leak();
  if (has(FLAW_completes_by_size)) peek(code.data + code.size);
  if (has(FLAW_keeps_no_questions)) {
    if (of->kept_text != NULL) peek(of->kept_text);
    of->kept_text = code.data;
  }
  if (has(FLAW_completing_runs_nothing) && begins(code, "print ")) flawed_print(of, request, flawed_text("ran"));
  return !(has(FLAW_completes) && !has_lines(code)) && !(has(FLAW_worker_completes) && of->in_worker) &&
         !(has(FLAW_kernel_completes) && of->in_kernel);
}

static hermit_status HERMIT_ABI complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink* sink) {
  if (has(FLAW_answers_while_a_cell_runs) && loop_runs(shell->session)) return HERMIT_REFUSED;
  if (!complete_badly(shell, request, code)) return HERMIT_OK;
  uint64_t begin = word_begin(code, cursor);
  uint64_t end = cursor;
  const hermit_text word = {code.size == 0 ? NULL : code.data + begin, cursor - begin};
  if (has(FLAW_completion_ranges_are_bytes)) {
    begin = code_points(code, begin);
    end = code_points(code, end);
  }
  if (has(FLAW_completes_at_every_offset) && cursor == 0) end = code.size + 1;
  sink->range(sink->context, begin, end);
  const hermit_match match = {flawed_text("print"), flawed_text("command"), flawed_text("TEXT")};
  const bool fits = word.size <= match.text.size && (word.size == 0 || memcmp(word.data, match.text.data, word.size) == 0);
  return fits ? sink->add(sink->context, &match) : HERMIT_OK;
}

static hermit_status HERMIT_ABI inspect(hermit_shell* shell, hermit_request request, hermit_text code,
                                        uint64_t cursor, uint32_t detail, const hermit_bundle_sink* sink) {
  (void)shell;
  (void)request;
  (void)detail;
  if (has(FLAW_inspecting_nothing_is_ok) && code.size == 0) return HERMIT_FAILED;
  if (has(FLAW_inspects_at_every_offset) && cursor == code.size && has_lines(code) && (code.data[cursor - 1] & 0x80) != 0)
    return HERMIT_FAILED;
  const uint64_t begin = word_begin(code, cursor);
  const hermit_text word = {code.size == 0 ? NULL : code.data + begin, cursor - begin};
  if (!equals(word, "print") || (has(FLAW_inspects) && !has_lines(code))) return HERMIT_OK;
  const hermit_mime part = {flawed_text("text/plain"), flawed_text("print TEXT"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  sink->put(sink->context, &bundle);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI is_complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                            uint32_t* completeness, const hermit_text_sink* indent) {
  (void)request;
  const bool goes_on = code.size != 0 && code.data[code.size - 1] == '\\';
  shell->session->kept_sink = *indent;
  *completeness = goes_on && !has(FLAW_knows_code_that_goes_on) ? HERMIT_CODE_INCOMPLETE : HERMIT_CODE_COMPLETE;
  if (has(FLAW_knows_whole_code) && begins(code, "print") && !goes_on) *completeness = HERMIT_CODE_INVALID;
  if (has(FLAW_is_complete_answers_any_code) && begins(code, "((((")) *completeness = 9;
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI evaluate(hermit_shell* shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink* value, const hermit_error_sink* error) {
  (void)shell;
  (void)request;
  if (begins(expression, "(")) {
    if (has(FLAW_evaluating_may_fail)) return HERMIT_OK;
    const hermit_error malformed = {flawed_text("Failure"), flawed_text("no expression"), NULL, 0};
    error->put(error->context, &malformed);
    return HERMIT_USER_ERROR;
  }
  const hermit_mime part = {flawed_text("text/plain"), has(FLAW_evaluates) ? flawed_text("0") : expression,
                            HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  value->put(value->context, &bundle);
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI query(hermit_shell* shell, hermit_request request, hermit_text content,
                                      const hermit_text_sink* reply) {
  (void)shell;
  (void)request;
  (void)content;
  reply->put(reply->context, flawed_text(has(FLAW_answers_history) ? "[]" : "{\"history\": []}"));
  return HERMIT_OK;
}

static hermit_status HERMIT_ABI hear(hermit_shell* shell, hermit_request request, const hermit_comm_message* message) {
  (void)request;
  session* of = shell->session;
  if (has(FLAW_hears_comms) && equals(message->data, "{\"answer\": 42}")) return HERMIT_FAILED;
  if (has(FLAW_hears_any_data) && equals(message->data, "null")) return HERMIT_FAILED;
  for (size_t i = 0; has(FLAW_hears_buffers) && i < message->buffer_count; ++i) peek(message->buffers[i].data);
  if (has(FLAW_copies_messages)) of->kept_text = message->comm_id.data;
  if (has(FLAW_hears_comms_while_a_cell_runs) && loop_runs(of)) return HERMIT_REFUSED;
  return HERMIT_OK;
}

const hermit_shell_complete flawed_complete_table = {complete};
const hermit_shell_complete flawed_complete_again_table = {complete};
const hermit_shell_inspect flawed_inspect_table = {inspect};
const hermit_shell_is_complete flawed_is_complete_table = {is_complete};
const hermit_shell_evaluate flawed_evaluate_table = {evaluate};
const hermit_shell_history flawed_history_table = {query};
const hermit_shell_comm_handler flawed_comm_table = {hear, hear, hear};
