#include "introspection.h"

#include <stdint.h>

#include "lexer.h"
#include "parser.h"
#include "run.h"
#include "show.h"
#include "words.h"

/* How deep the body of a loop is indented. */
static const char indent_of_bodies[] = "  ";

/* Whether an offset lies in a text or a comment, where nothing is a name. */
static bool is_in_prose(hermit_text code, size_t at) {
  calc_lexer lexer = {code, 0};
  for (;;) {
    const size_t begin = lexer.at;
    const calc_token token = calc_next_token(&lexer);
    if (at <= token.begin) {
      /* Between two tokens there are blanks and comments. */
      return at > begin && memchr(code.data + begin, '#', at - begin) != NULL;
    }
    const bool is_text = token.kind == CALC_TOKEN_TEXT;
    const bool is_open = token.kind == CALC_TOKEN_WRONG && code.data[token.begin] == '"';
    if (at < token.end || (is_open && at == token.end)) return is_text || is_open;
  }
}

/* The name around an offset; empty when there is none. */
static void name_around(hermit_text code, size_t at, size_t *begin, size_t *end) {
  *begin = *end = at;
  if (is_in_prose(code, at)) return;
  while (*begin > 0 && calc_is_name_byte(code.data[*begin - 1])) --*begin;
  while (*end < code.size && calc_is_name_byte(code.data[*end])) ++*end;
}

static const char *type_of(const calc_word *word) {
  switch (word->kind) {
    case CALC_FUNCTION: return "function";
    case CALC_CONSTANT: return "constant";
    default: return "keyword";
  }
}

/* The part of a usage such as "max(a, b)" that begins with the bracket; empty for what is no function. */
static hermit_text signature_of(const calc_word *word) {
  const char *bracket = word->kind == CALC_FUNCTION ? strchr(word->usage, '(') : NULL;
  return calc_text(bracket == NULL ? "" : bracket);
}

static hermit_status HERMIT_ABI complete(hermit_shell *shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink *sink) {
  (void)request;
  size_t begin = 0, end = 0;
  name_around(code, (size_t)cursor, &begin, &end);
  const hermit_text start = calc_slice(code, begin, (size_t)cursor);
  if (is_in_prose(code, (size_t)cursor)) return HERMIT_OK;
  calc_arena arena = {NULL};
  calc_listed *listed = NULL;
  const size_t count = calc_list_names(shell->session, start, &arena, &listed);
  hermit_status status = count == SIZE_MAX ? HERMIT_FAILED : HERMIT_OK;
  sink->range(sink->context, begin, end);
  for (size_t i = 0; status == HERMIT_OK && i < count; ++i) {
    const char *type = listed[i].is_function ? "function" : "variable";
    const hermit_match match = {listed[i].name, calc_text(type), listed[i].signature};
    status = sink->add(sink->context, &match);
  }
  for (size_t i = 0; status == HERMIT_OK && i < calc_word_count; ++i) {
    const calc_word *word = &calc_words[i];
    const hermit_match match = {calc_text(word->word), calc_text(type_of(word)), signature_of(word)};
    if (calc_starts(match.text, start)) status = sink->add(sink->context, &match);
  }
  calc_arena_free(&arena);
  return status;
}

const hermit_shell_complete calc_complete_table = {complete};

/* Describes a name of the user's; false when there is none. */
static bool describe_name(calc_session *session, hermit_text name, bool in_full, calc_buffer *plain) {
  calc_arena arena = {NULL};
  calc_meaning meaning = {calc_number_value(0), NULL, 0};
  const bool found = calc_find_name(session, name, &arena, &meaning);
  if (found && meaning.function == NULL) {
    calc_add(plain, name);
    calc_add_words(plain, " = ");
    calc_add_value(plain, meaning.value, session->digits, true);
  } else if (found) {
    calc_add(plain, in_full ? meaning.function->code : name);
    if (!in_full) calc_add_words(plain, ", a function of yours");
  }
  calc_release_function(meaning.function);
  calc_arena_free(&arena);
  return found;
}

static bool describe_word(hermit_text name, calc_buffer *plain) {
  const calc_word *word = calc_find_word(name);
  if (word == NULL) return false;
  calc_add_words(plain, word->usage);
  calc_add_words(plain, "\n");
  calc_add_words(plain, word->help);
  return true;
}

static hermit_status HERMIT_ABI inspect(hermit_shell *shell, hermit_request request, hermit_text code,
                                        uint64_t cursor, uint32_t detail, const hermit_bundle_sink *sink) {
  (void)request;
  size_t begin = 0, end = 0;
  name_around(code, (size_t)cursor, &begin, &end);
  const hermit_text name = calc_slice(code, begin, end);
  calc_buffer plain = {NULL, 0, 0, false}, markdown = {NULL, 0, 0, false};
  const bool found = name.size != 0 && (describe_name(shell->session, name, detail != 0, &plain) ||
                                        describe_word(name, &plain));
  if (found) {
    calc_add_words(&markdown, "```\n");
    calc_add(&markdown, calc_buffer_text(&plain));
    calc_add_words(&markdown, "\n```\n");
    const hermit_mime parts[] = {
        {calc_text("text/plain"), calc_buffer_text(&plain), HERMIT_MIME_TEXT, 0},
        {calc_text("text/markdown"), calc_buffer_text(&markdown), HERMIT_MIME_TEXT, 0}};
    const hermit_bundle bundle = {parts, 2, {NULL, 0}};
    sink->put(sink->context, &bundle);
  }
  calc_buffer_free(&plain);
  calc_buffer_free(&markdown);
  return HERMIT_OK;
}

const hermit_shell_inspect calc_inspect_table = {inspect};

static hermit_status HERMIT_ABI is_complete(hermit_shell *shell, hermit_request request, hermit_text code,
                                            uint32_t *completeness, const hermit_text_sink *indent) {
  (void)shell;
  (void)request;
  calc_arena arena = {NULL};
  calc_statement *statements = NULL;
  calc_error error;
  const calc_parsed parsed = calc_parse(code, calc_text(""), &arena, &statements, &error);
  calc_arena_free(&arena);
  if (parsed == CALC_NO_MEMORY) return HERMIT_FAILED;
  *completeness = parsed == CALC_WHOLE     ? HERMIT_CODE_COMPLETE
                  : parsed == CALC_CUT_OFF ? HERMIT_CODE_INCOMPLETE
                                           : HERMIT_CODE_INVALID;
  if (parsed == CALC_CUT_OFF) indent->put(indent->context, calc_text(indent_of_bodies));
  return HERMIT_OK;
}

const hermit_shell_is_complete calc_is_complete_table = {is_complete};

/* An expression is evaluated in a run of its own, so that an interrupt finds it. */
static hermit_status HERMIT_ABI evaluate(hermit_shell *shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink *value, const hermit_error_sink *error) {
  calc_run *run = calc_open_run(shell, request, expression);
  if (run == NULL) return HERMIT_FAILED;
  calc_node *node = NULL;
  const calc_parsed parsed = calc_parse_expression(run->code, &run->arena, &node, &run->error);
  hermit_status status = parsed == CALC_NO_MEMORY ? HERMIT_FAILED : HERMIT_USER_ERROR;
  if (parsed == CALC_WHOLE) status = calc_evaluate(&run->evaluation, node, NULL, &run->value);
  if (status == HERMIT_OK) calc_put_value(run->value, shell->session->digits, value);
  if (status == HERMIT_INTERRUPTED) {
    calc_complain(&run->evaluation, "Interrupted", 0, "the user interrupted it", calc_text(""));
  }
  if (run->error.name != NULL) calc_put_error(&run->error, error);
  calc_close_run(run);
  return status;
}

const hermit_shell_evaluate calc_evaluate_table = {evaluate};
