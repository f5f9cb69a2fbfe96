#include "evaluator.h"

#include <math.h>

#include "words.h"

/* More than code of a sane depth needs, and so few that the smallest usual stack, of 2 MiB, has room for
 * them. */
enum { DEEPEST = 4000 };

hermit_status calc_complain(calc_evaluation *evaluation, const char *name, size_t at, const char *what,
                            hermit_text with) {
  calc_place place = evaluation->place;
  place.at = at;
  return calc_raise(evaluation->error, evaluation->arena, name, place, what, with);
}

static hermit_status number_result(calc_evaluation *evaluation, size_t at, double number, calc_value *value) {
  if (isnan(number))
    return calc_complain(evaluation, "MathError", at, "the result is no number", calc_text(""));
  *value = calc_number_value(number);
  return HERMIT_OK;
}

hermit_status calc_evaluate_number(calc_evaluation *evaluation, const calc_node *node,
                                   const calc_scope *scope, double *number) {
  calc_value value = calc_number_value(0);
  const hermit_status status = calc_evaluate(evaluation, node, scope, &value);
  if (status != HERMIT_OK) return status;
  if (value.is_text)
    return calc_complain(evaluation, "TypeError", node->at, "this is a text, not a number:", value.text);
  *number = value.number;
  return HERMIT_OK;
}

/* The value of a name: of the innermost scope, of the session, or of the language. */
static hermit_status name(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                          calc_value *value) {
  for (; scope != NULL; scope = scope->outer) {
    if (calc_equal(scope->name, node->text)) {
      *value = scope->value;
      return HERMIT_OK;
    }
  }
  calc_meaning meaning;
  if (calc_find_name(evaluation->session, node->text, evaluation->arena, &meaning)) {
    *value = meaning.value;
    if (meaning.function == NULL) return HERMIT_OK;
    calc_release_function(meaning.function);
    return calc_complain(evaluation, "TypeError", node->at,
                         "this is a function, and has no value:", node->text);
  }
  const calc_word *word = calc_find_word(node->text);
  if (word == NULL) return calc_complain(evaluation, "NameError", node->at, "there is no name", node->text);
  *value = calc_number_value(word->number);
  if (word->kind == CALC_CONSTANT) return HERMIT_OK;
  return calc_complain(evaluation, "TypeError", node->at,
                       "this is a function, and has no value:", node->text);
}

static hermit_status joined_texts(calc_evaluation *evaluation, hermit_text left, hermit_text right,
                                  calc_value *value) {
  char *data = calc_take(evaluation->arena, left.size + right.size + 1);
  if (data == NULL) return HERMIT_FAILED;
  if (left.size != 0) memcpy(data, left.data, left.size);
  if (right.size != 0) memcpy(data + left.size, right.data, right.size);
  *value = calc_text_value((hermit_text){data, left.size + right.size});
  return HERMIT_OK;
}

/* Two texts can be joined, and compared for being equal. */
static hermit_status of_texts(calc_evaluation *evaluation, const calc_node *node, calc_value left,
                              calc_value right, calc_value *value) {
  const bool both = left.is_text && right.is_text;
  if (both && node->sign == CALC_ADD) return joined_texts(evaluation, left.text, right.text, value);
  if (node->sign != CALC_EQUAL && node->sign != CALC_UNEQUAL) {
    return calc_complain(evaluation, "TypeError", node->at, "no such sign for a text:", node->text);
  }
  const bool equal = both && calc_equal(left.text, right.text);
  *value = calc_number_value(equal == (node->sign == CALC_EQUAL));
  return HERMIT_OK;
}

static double computed(calc_sign sign, double left, double right) {
  switch (sign) {
    case CALC_ADD: return left + right;
    case CALC_SUBTRACT: return left - right;
    case CALC_MULTIPLY: return left * right;
    case CALC_DIVIDE: return left / right;
    case CALC_MODULO: return fmod(left, right);
    case CALC_POWER: return pow(left, right);
    case CALC_EQUAL: return left == right;
    case CALC_UNEQUAL: return left != right;
    case CALC_LESS: return left < right;
    case CALC_LESS_EQUAL: return left <= right;
    case CALC_MORE: return left > right;
    case CALC_MORE_EQUAL: return left >= right;
    default: return NAN;
  }
}

/* `and` and `or` look at their second half only if it matters. */
static hermit_status logical(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                             calc_value *value) {
  double number = 0;
  hermit_status status = calc_evaluate_number(evaluation, node->first, scope, &number);
  if (status == HERMIT_OK && (number != 0) == (node->sign == CALC_AND)) {
    status = calc_evaluate_number(evaluation, node->second, scope, &number);
  }
  *value = calc_number_value(number != 0);
  return status;
}

static hermit_status binary(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                            calc_value *value) {
  if (node->sign == CALC_AND || node->sign == CALC_OR) return logical(evaluation, node, scope, value);
  calc_value left = calc_number_value(0), right = calc_number_value(0);
  hermit_status status = calc_evaluate(evaluation, node->first, scope, &left);
  if (status == HERMIT_OK) status = calc_evaluate(evaluation, node->second, scope, &right);
  if (status != HERMIT_OK) return status;
  if (left.is_text || right.is_text) return of_texts(evaluation, node, left, right, value);
  if ((node->sign == CALC_DIVIDE || node->sign == CALC_MODULO) && right.number == 0) {
    return calc_complain(evaluation, "MathError", node->at, "division by zero", calc_text(""));
  }
  return number_result(evaluation, node->at, computed(node->sign, left.number, right.number), value);
}

static hermit_status let(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                         calc_value *value) {
  calc_scope inner = {node->text, calc_number_value(0), scope};
  const hermit_status status = calc_evaluate(evaluation, node->first, scope, &inner.value);
  return status == HERMIT_OK ? calc_evaluate(evaluation, node->second, &inner, value) : status;
}

static hermit_status choice(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                            calc_value *value) {
  double condition = 0;
  const hermit_status status = calc_evaluate_number(evaluation, node->first, scope, &condition);
  if (status != HERMIT_OK) return status;
  return calc_evaluate(evaluation, condition != 0 ? node->second : node->third, scope, value);
}

static hermit_status sum(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                         calc_value *value) {
  double first = 0, last = 0, total = 0;
  hermit_status status = calc_evaluate_number(evaluation, node->first, scope, &first);
  if (status == HERMIT_OK) status = calc_evaluate_number(evaluation, node->second, scope, &last);
  calc_scope inner = {node->text, calc_number_value(first), scope};
  const calc_mark mark = calc_set_mark(evaluation->arena);
  while (status == HERMIT_OK && inner.value.number <= last) {
    double term = 0;
    status = calc_evaluate_number(evaluation, node->third, &inner, &term);
    total += term;
    inner.value.number += 1;
    if (status == HERMIT_OK) calc_rewind(evaluation->arena, mark);
  }
  return status == HERMIT_OK ? number_result(evaluation, node->at, total, value) : status;
}

/* Takes the user's line: a number if it is one. */
typedef struct answer {
  calc_evaluation *evaluation;
  calc_value *value;
  bool kept;
} answer;

static void HERMIT_ABI take_line(void *context, hermit_text line) {
  answer *to = context;
  hermit_text kept = {NULL, 0};
  double number = 0;
  to->kept = calc_keep(to->evaluation->arena, line, &kept);
  *to->value = calc_read_number(kept, &number) ? calc_number_value(number) : calc_text_value(kept);
}

static hermit_status ask(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                         calc_value *value) {
  const calc_session *session = evaluation->session;
  calc_value question = calc_number_value(0);
  const hermit_status asked = calc_evaluate(evaluation, node->first, scope, &question);
  if (asked != HERMIT_OK) return asked;
  calc_buffer prompt = {NULL, 0, 0, false};
  calc_add_value(&prompt, question, session->digits, false);
  answer to = {evaluation, value, true};
  const hermit_text_sink sink = {&to, take_line};
  hermit_status status = HERMIT_UNSUPPORTED;
  if (session->input != NULL) {
    status = session->input->read(session->host, evaluation->request, calc_buffer_text(&prompt),
                                  node->kind == CALC_SECRET, &sink);
  }
  calc_buffer_free(&prompt);
  if (status == HERMIT_OK) return to.kept ? HERMIT_OK : HERMIT_FAILED;
  if (status == HERMIT_INTERRUPTED) return status;
  return calc_complain(evaluation, "InputError", node->at, "the user cannot be asked here", calc_text(""));
}

static size_t count_of(const calc_node *argument) {
  size_t count = 0;
  for (; argument != NULL; argument = argument->next) ++count;
  return count;
}

/* A function of the language, or of the program that embeds the shell. */
static hermit_status call_word(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                               const calc_word *word, calc_value *value) {
  const calc_program *program = evaluation->session->program;
  double numbers[2] = {0, 0};
  if (count_of(node->first) != (word->of_two != NULL ? 2 : 1)) {
    return calc_complain(evaluation, "TypeError", node->at, "so many arguments do not fit",
                         calc_text(word->usage));
  }
  size_t count = 0;
  for (const calc_node *argument = node->first; argument != NULL; argument = argument->next) {
    const hermit_status status = calc_evaluate_number(evaluation, argument, scope, &numbers[count++]);
    if (status != HERMIT_OK) return status;
  }
  if (word->of_two != NULL)
    return number_result(evaluation, node->at, word->of_two(numbers[0], numbers[1]), value);
  if (word->of_one != NULL) return number_result(evaluation, node->at, word->of_one(numbers[0]), value);
  if (program == NULL) {
    return calc_complain(evaluation, "NameError", node->at, "no program embeds this shell, and has",
                         node->text);
  }
  return number_result(evaluation, node->at, program->compute(program->context, numbers[0]), value);
}

/* A function of the user's: its body is evaluated in a scope of its parameters and nothing else. */
static hermit_status call_function(calc_evaluation *evaluation, const calc_node *node,
                                   const calc_scope *scope, const calc_function *function,
                                   calc_value *value) {
  if (count_of(node->first) != function->parameter_count) {
    return calc_complain(evaluation, "TypeError", node->at, "so many arguments do not fit", function->code);
  }
  const calc_mark mark = calc_set_mark(evaluation->arena);
  calc_scope *inner = NULL;
  size_t next = 0;
  for (const calc_node *argument = node->first; argument != NULL; argument = argument->next) {
    calc_scope *bound = calc_take(evaluation->arena, sizeof *bound);
    if (bound == NULL) return HERMIT_FAILED;
    *bound = (calc_scope){function->parameters[next++], calc_number_value(0), inner};
    const hermit_status status = calc_evaluate(evaluation, argument, scope, &bound->value);
    if (status != HERMIT_OK) return status;
    inner = bound;
  }
  const calc_place before = evaluation->place;
  evaluation->place = (calc_place){function->code, 0, function->name};
  const hermit_status status = calc_evaluate(evaluation, function->body, inner, value);
  evaluation->place = before;
  /* A number needs nothing of what the call has taken; a text may lie there. */
  if (status == HERMIT_OK && !value->is_text) calc_rewind(evaluation->arena, mark);
  return status;
}

static hermit_status call(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                          calc_value *value) {
  calc_meaning meaning;
  if (calc_find_name(evaluation->session, node->text, evaluation->arena, &meaning)) {
    if (meaning.function == NULL) {
      return calc_complain(evaluation, "TypeError", node->at, "this is no function:", node->text);
    }
    const hermit_status status = call_function(evaluation, node, scope, meaning.function, value);
    calc_release_function(meaning.function);
    return status;
  }
  const calc_word *word = calc_find_word(node->text);
  if (word != NULL && word->kind == CALC_FUNCTION) return call_word(evaluation, node, scope, word, value);
  return calc_complain(evaluation, "NameError", node->at, "there is no function", node->text);
}

static hermit_status negate(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                            calc_value *value) {
  double number = 0;
  const hermit_status status = calc_evaluate_number(evaluation, node->first, scope, &number);
  *value = calc_number_value(node->kind == CALC_NOT ? number == 0 : -number);
  return status;
}

static hermit_status of_kind(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                             calc_value *value) {
  switch (node->kind) {
    case CALC_NUMBER: *value = calc_number_value(node->number); return HERMIT_OK;
    case CALC_TEXT: *value = calc_text_value(node->text); return HERMIT_OK;
    case CALC_NAME: return name(evaluation, node, scope, value);
    case CALC_NEGATE:
    case CALC_NOT: return negate(evaluation, node, scope, value);
    case CALC_BINARY: return binary(evaluation, node, scope, value);
    case CALC_LET: return let(evaluation, node, scope, value);
    case CALC_IF: return choice(evaluation, node, scope, value);
    case CALC_SUM: return sum(evaluation, node, scope, value);
    case CALC_ASK:
    case CALC_SECRET: return ask(evaluation, node, scope, value);
    case CALC_CALL: return call(evaluation, node, scope, value);
  }
  return HERMIT_FAILED;
}

hermit_status calc_evaluate(calc_evaluation *evaluation, const calc_node *node, const calc_scope *scope,
                            calc_value *value) {
  if (atomic_load_explicit(evaluation->interrupted, memory_order_relaxed)) return HERMIT_INTERRUPTED;
  if (evaluation->depth == DEEPEST) {
    return calc_complain(evaluation, "DepthError", node->at, "this is nested too deeply", calc_text(""));
  }
  ++evaluation->depth;
  const hermit_status status = of_kind(evaluation, node, scope, value);
  --evaluation->depth;
  return status;
}
