#include "statements.h"

#include "show.h"
#include "threads.h"
#include "watch.h"

static hermit_status evaluate(calc_run *run, const calc_node *node, calc_value *value) {
  return calc_evaluate(&run->evaluation, node, calc_scope_of(run), value);
}

static hermit_status evaluate_number(calc_run *run, const calc_node *node, double *number) {
  return calc_evaluate_number(&run->evaluation, node, calc_scope_of(run), number);
}

static hermit_status value_of_cell(calc_run *run, const calc_statement *statement) {
  const hermit_status status = evaluate(run, statement->first, &run->value);
  run->has_value = status == HERMIT_OK && run->loops == 0;
  return status;
}

static hermit_status assign(calc_run *run, const calc_statement *statement) {
  calc_value value = calc_number_value(0);
  const hermit_status status = evaluate(run, statement->first, &value);
  if (status != HERMIT_OK) return status;
  if (!calc_set_variable(run->session, statement->name, value)) return HERMIT_FAILED;
  calc_tell_watchers(run->session, run->request, statement->name);
  return HERMIT_OK;
}

static hermit_status define(calc_run *run, const calc_statement *statement) {
  calc_function *function = calc_make_function(statement->name, statement->code);
  if (function == NULL || !calc_set_function(run->session, function)) return HERMIT_FAILED;
  calc_tell_watchers(run->session, run->request, statement->name);
  return HERMIT_OK;
}

/* Writes the values with blanks between them, in one call: lines of cells that run together do not mix. */
static hermit_status print(calc_run *run, const calc_statement *statement) {
  const calc_session *session = run->session;
  calc_buffer line = {NULL, 0, 0, false};
  hermit_status status = HERMIT_OK;
  for (const calc_node *item = statement->first; item != NULL && status == HERMIT_OK; item = item->next) {
    calc_value value = calc_number_value(0);
    status = evaluate(run, item, &value);
    if (status == HERMIT_OK) calc_add_value(&line, value, session->digits, false);
    calc_add_words(&line, item->next != NULL ? " " : "\n");
  }
  if (status == HERMIT_OK && line.failed) status = HERMIT_FAILED;
  if (status == HERMIT_OK) {
    const uint32_t stream = statement->kind == CALC_WARN ? HERMIT_STDERR : HERMIT_STDOUT;
    status = session->output->stream(session->host, run->request, stream, calc_buffer_text(&line));
  }
  calc_buffer_free(&line);
  return status;
}

/* What is said in words: the reason of an error, or a line for the log. */
static hermit_status speak(calc_run *run, const calc_statement *statement) {
  const calc_session *session = run->session;
  calc_value value = calc_number_value(0);
  hermit_status status = evaluate(run, statement->first, &value);
  if (status != HERMIT_OK) return status;
  calc_buffer words = {NULL, 0, 0, false};
  calc_add_value(&words, value, session->digits, false);
  if (statement->kind == CALC_FAIL) {
    status = calc_complain(&run->evaluation, "UserError", statement->at, "", calc_buffer_text(&words));
  } else if (session->log != NULL) {
    session->log->write(session->host, HERMIT_LOG_WARNING, calc_buffer_text(&words));
  }
  calc_buffer_free(&words);
  return status;
}

static hermit_status wait(calc_run *run, const calc_statement *statement) {
  double seconds = 0;
  const hermit_status status = evaluate_number(run, statement->first, &seconds);
  return status == HERMIT_OK ? calc_wait(run, seconds) : status;
}

static hermit_status later(calc_run *run, const calc_statement *statement) {
  double seconds = 0;
  const hermit_status status = evaluate_number(run, statement->first, &seconds);
  return status == HERMIT_OK ? calc_run_later(run, statement->code, seconds) : status;
}

static hermit_status loop(calc_run *run, const calc_statement *statement) {
  double first = 0, last = 0;
  hermit_status status = evaluate_number(run, statement->first, &first);
  if (status == HERMIT_OK) status = evaluate_number(run, statement->second, &last);
  return status == HERMIT_OK ? calc_enter_loop(run, statement, first, last) : status;
}

static hermit_status forget(calc_run *run, const calc_statement *statement) {
  if (!calc_forget(run->session, statement->name)) {
    return calc_complain(&run->evaluation, "NameError", statement->at, "there is no name", statement->name);
  }
  calc_tell_watchers(run->session, run->request, statement->name);
  return HERMIT_OK;
}

/* Statements about comms, of which a host may have none. */
static hermit_status about_comms(calc_run *run, const calc_statement *statement) {
  const calc_session *session = run->session;
  hermit_status status = HERMIT_UNSUPPORTED;
  if (session->comms != NULL) {
    switch (statement->kind) {
      case CALC_SHARE: status = calc_share(run->session); break;
      case CALC_UNSHARE: status = calc_unshare(run->session); break;
      case CALC_WATCH: status = calc_watch(run->session, run->request, statement->name); break;
      default: status = calc_unwatch(run->session, run->request, statement->name); break;
    }
  }
  if (status == HERMIT_OK || status == HERMIT_FAILED) return status;
  return calc_complain(&run->evaluation, "CommError", statement->at,
                       "there is no such comm, or the host has none", calc_text(""));
}

hermit_status calc_run_statement(calc_run *run, const calc_statement *statement) {
  switch (statement->kind) {
    case CALC_VALUE: return value_of_cell(run, statement);
    case CALC_ASSIGN: return assign(run, statement);
    case CALC_DEFINE: return define(run, statement);
    case CALC_PRINT:
    case CALC_WARN: return print(run, statement);
    case CALC_FAIL:
    case CALC_LOG: return speak(run, statement);
    case CALC_SHOW:
    case CALC_UPDATE: return calc_show(run, statement);
    case CALC_PLOT: return calc_plot(run, statement);
    case CALC_CLEAR: return run->session->output->clear(run->session->host, run->request, 1);
    case CALC_WAIT: return wait(run, statement);
    case CALC_BACKGROUND: return calc_go_to_background(run);
    case CALC_LATER: return later(run, statement);
    case CALC_FOR: return loop(run, statement);
    case CALC_FORGET: return forget(run, statement);
    case CALC_SHARE:
    case CALC_UNSHARE:
    case CALC_WATCH:
    case CALC_UNWATCH: return about_comms(run, statement);
  }
  return HERMIT_FAILED;
}
