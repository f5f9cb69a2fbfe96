#include "show.h"

#include <math.h>

#include "json.h"

/* A graph: its size in pixels, and how many points are joined. */
enum { WIDTH = 480, HEIGHT = 240, POINTS = 240 };

/* Points with one decimal are as exact as a screen. */
enum { DIGITS_OF_POINTS = 5, DIGITS_OF_LABELS = 4 };

void calc_put_value(calc_value value, int digits, const hermit_bundle_sink *sink) {
  calc_buffer plain = {NULL, 0, 0, false}, json = {NULL, 0, 0, false};
  calc_add_value(&plain, value, digits, true);
  calc_add_json_value(&json, value);
  const hermit_mime parts[] = {{calc_text("text/plain"), calc_buffer_text(&plain), HERMIT_MIME_TEXT, 0},
                               {calc_text("application/json"), calc_buffer_text(&json), HERMIT_MIME_JSON, 0}};
  const hermit_bundle bundle = {parts, 2, {NULL, 0}};
  if (!plain.failed && !json.failed) sink->put(sink->context, &bundle);
  calc_buffer_free(&plain);
  calc_buffer_free(&json);
}

/* A result is plain text and no more: what clients show in its place would be harder to read. */
hermit_status calc_show_result(const calc_run *run) {
  const calc_session *session = run->session;
  calc_buffer plain = {NULL, 0, 0, false};
  calc_add_value(&plain, run->value, session->digits, true);
  const hermit_mime part = {calc_text("text/plain"), calc_buffer_text(&plain), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  const bool failed = plain.failed;
  if (!failed) session->output->result(session->host, run->request, &bundle);
  calc_buffer_free(&plain);
  return failed ? HERMIT_FAILED : HERMIT_OK;
}

/* Shows a bundle, or replaces what was shown under a name. */
static hermit_status display(const calc_run *run, const calc_statement *statement,
                             const hermit_bundle *bundle) {
  const calc_session *session = run->session;
  calc_buffer id = {NULL, 0, 0, false};
  if (statement->name.size != 0 && statement->kind != CALC_PLOT) {
    calc_add_words(&id, "calc-");
    calc_add(&id, statement->name);
  }
  hermit_status status = HERMIT_FAILED;
  if (!id.failed && statement->kind == CALC_UPDATE) {
    status = session->output->update(session->host, run->request, bundle, calc_buffer_text(&id));
  } else if (!id.failed) {
    status = session->output->display(session->host, run->request, bundle, calc_buffer_text(&id));
  }
  calc_buffer_free(&id);
  return status;
}

static void add_html(calc_buffer *html, hermit_text text) {
  for (size_t i = 0; i < text.size; ++i) {
    const char byte = text.data[i];
    if (byte == '<') {
      calc_add_words(html, "&lt;");
    } else if (byte == '&') {
      calc_add_words(html, "&amp;");
    } else {
      calc_add(html, calc_slice(text, i, i + 1));
    }
  }
}

hermit_status calc_show(calc_run *run, const calc_statement *statement) {
  calc_value value = calc_number_value(0);
  const hermit_status status = calc_evaluate(&run->evaluation, statement->first, calc_scope_of(run), &value);
  if (status != HERMIT_OK) return status;
  calc_buffer plain = {NULL, 0, 0, false}, html = {NULL, 0, 0, false}, json = {NULL, 0, 0, false};
  calc_add_value(&plain, value, run->session->digits, false);
  calc_add_words(&html, "<strong>");
  add_html(&html, calc_buffer_text(&plain));
  calc_add_words(&html, "</strong>");
  calc_add_json_value(&json, value);
  const hermit_mime parts[] = {{calc_text("text/plain"), calc_buffer_text(&plain), HERMIT_MIME_TEXT, 0},
                               {calc_text("text/html"), calc_buffer_text(&html), HERMIT_MIME_TEXT, 0},
                               {calc_text("application/json"), calc_buffer_text(&json), HERMIT_MIME_JSON, 0}};
  const hermit_bundle bundle = {parts, 3, calc_text("{\"application/json\": {\"expanded\": true}}")};
  const bool failed = plain.failed || html.failed || json.failed;
  const hermit_status shown = failed ? HERMIT_FAILED : display(run, statement, &bundle);
  calc_buffer_free(&plain);
  calc_buffer_free(&html);
  calc_buffer_free(&json);
  return shown;
}

/* The graph of an expression. */
typedef struct calc_graph {
  double from, to;
  double low, high; /* the smallest and the largest value */
  double values[POINTS + 1];
} calc_graph;

static hermit_status sample(calc_run *run, const calc_statement *statement, calc_graph *graph) {
  const calc_scope *outer = calc_scope_of(run);
  hermit_status status = calc_evaluate_number(&run->evaluation, statement->second, outer, &graph->from);
  if (status == HERMIT_OK)
    status = calc_evaluate_number(&run->evaluation, statement->third, outer, &graph->to);
  graph->low = INFINITY;
  graph->high = -INFINITY;
  for (int i = 0; i <= POINTS && status == HERMIT_OK; ++i) {
    const double x = graph->from + (graph->to - graph->from) * i / POINTS;
    const calc_scope scope = {statement->name, calc_number_value(x), outer};
    status = calc_evaluate_number(&run->evaluation, statement->first, &scope, &graph->values[i]);
    graph->low = fmin(graph->low, graph->values[i]);
    graph->high = fmax(graph->high, graph->values[i]);
  }
  if (status != HERMIT_OK) return status;
  if (isfinite(graph->to - graph->from) && isfinite(graph->high - graph->low)) return HERMIT_OK;
  return calc_complain(&run->evaluation, "MathError", statement->at, "the graph goes beyond all numbers",
                       calc_text(""));
}

static void add_svg(calc_buffer *svg, const calc_graph *graph) {
  const double range = graph->high > graph->low ? graph->high - graph->low : 1;
  calc_add_words(svg,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"480\" height=\"240\">"
                 "<polyline fill=\"none\" stroke=\"#1f77b4\" stroke-width=\"1.5\" points=\"");
  for (int i = 0; i <= POINTS; ++i) {
    calc_add_number(svg, (double)WIDTH * i / POINTS, DIGITS_OF_POINTS);
    calc_add_words(svg, ",");
    calc_add_number(svg, HEIGHT * (1 - (graph->values[i] - graph->low) / range), DIGITS_OF_POINTS);
    calc_add_words(svg, " ");
  }
  calc_add_words(svg, "\"/></svg>");
}

hermit_status calc_plot(calc_run *run, const calc_statement *statement) {
  calc_graph graph;
  const hermit_status status = sample(run, statement, &graph);
  if (status != HERMIT_OK) return status;
  calc_buffer svg = {NULL, 0, 0, false}, plain = {NULL, 0, 0, false};
  add_svg(&svg, &graph);
  calc_add_words(&plain, "a graph from ");
  calc_add_number(&plain, graph.from, DIGITS_OF_LABELS);
  calc_add_words(&plain, " to ");
  calc_add_number(&plain, graph.to, DIGITS_OF_LABELS);
  calc_add_words(&plain, ", between ");
  calc_add_number(&plain, graph.low, DIGITS_OF_LABELS);
  calc_add_words(&plain, " and ");
  calc_add_number(&plain, graph.high, DIGITS_OF_LABELS);
  const hermit_mime parts[] = {{calc_text("text/plain"), calc_buffer_text(&plain), HERMIT_MIME_TEXT, 0},
                               {calc_text("image/svg+xml"), calc_buffer_text(&svg), HERMIT_MIME_TEXT, 0}};
  const hermit_bundle bundle = {parts, 2, {NULL, 0}};
  const hermit_status shown = svg.failed || plain.failed ? HERMIT_FAILED : display(run, statement, &bundle);
  calc_buffer_free(&svg);
  calc_buffer_free(&plain);
  return shown;
}
