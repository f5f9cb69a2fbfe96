/*
 * Wrong: it breaks the rules of the ABI at run time. The cell says how; the table of misdeeds below names
 * each, and what it does. Where the host's function returns a status, the liar writes it to stdout, such as
 * "answered -2". A cell that names no misdeed runs.
 *
 * The host must: after each, log the shell's name and what was wrong; give the cell its one reply and idle;
 * and run the next cell. No misdeed may bring output to another cell or an answer that is no valid message.
 */
#include <stdio.h>

#include "quiet.h"

static const hermit_host_output* output_of(const hermit_host* host) {
  return (const hermit_host_output*)host->extension(host, quiet_text(HERMIT_EXT_OUTPUT));
}

/* Writes what the host answered, so that a test sees it. */
static hermit_status tell(const hermit_host* host, hermit_request request, hermit_status status) {
  char text[32];
  snprintf(text, sizeof text, "answered %d\n", (int)status);
  output_of(host)->stream(host, request, HERMIT_STDOUT, quiet_text(text));
  return HERMIT_OK;
}

/* Displays two parts: a good text, and one of these type, form and bytes. */
static hermit_status show(const hermit_host* host, hermit_request request, const char* type, uint32_t form,
                          hermit_text data) {
  const hermit_mime parts[] = {{quiet_text("text/plain"), quiet_text("the good part"), HERMIT_MIME_TEXT, 0},
                               {quiet_text(type), data, form, 0}};
  const hermit_bundle bundle = {parts, 2, {NULL, 0}};
  return tell(host, request, output_of(host)->display(host, request, &bundle, quiet_text("")));
}

static hermit_status no_fail(const hermit_host* host, hermit_request request) {
  (void)host;
  (void)request;
  return HERMIT_USER_ERROR;
}

static hermit_status unknown_status(const hermit_host* host, hermit_request request) {
  (void)host;
  (void)request;
  return 12345;
}

static hermit_status unknown_negative(const hermit_host* host, hermit_request request) {
  (void)host;
  (void)request;
  return -12345;
}

static hermit_status fail_then_ok(const hermit_host* host, hermit_request request) {
  const hermit_error error = {quiet_text("Lie"), quiet_text("nothing failed"), NULL, 0};
  return tell(host, request, host->fail(host, request, &error));
}

static hermit_status nameless_error(const hermit_host* host, hermit_request request) {
  const hermit_text lines[] = {{"\xff\xfe", 2}, {NULL, 0}};
  const hermit_error error = {{NULL, 0}, {"\xc3", 1}, lines, 2};
  host->fail(host, request, &error);
  return HERMIT_USER_ERROR;
}

static hermit_status finish_twice(const hermit_host* host, hermit_request request) {
  host->finish(host, request, HERMIT_OK);
  host->finish(host, request, HERMIT_USER_ERROR);
  return HERMIT_PENDING;
}

static hermit_status finish_then_ok(const hermit_host* host, hermit_request request) {
  host->finish(host, request, HERMIT_OK);
  return HERMIT_OK;
}

static hermit_status finish_pending(const hermit_host* host, hermit_request request) {
  host->finish(host, request, HERMIT_PENDING);
  return HERMIT_PENDING;
}

/* Never given by a host: it counts up from 1. */
static const hermit_request garbage_request = UINT64_C(0xdeadbeefdeadbeef);

static hermit_status garbage_output(const hermit_host* host, hermit_request request) {
  const hermit_mime part = {quiet_text("text/plain"), quiet_text("for nobody"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  const hermit_host_output* output = output_of(host);
  tell(host, request, output->stream(host, garbage_request, HERMIT_STDOUT, quiet_text("for nobody\n")));
  tell(host, request, output->result(host, garbage_request, &bundle));
  tell(host, request, output->display(host, garbage_request, &bundle, quiet_text("")));
  return tell(host, request, output->clear(host, garbage_request, 0));
}

static hermit_status garbage_end(const hermit_host* host, hermit_request request) {
  const hermit_error error = {quiet_text("Lie"), quiet_text("no such request"), NULL, 0};
  tell(host, request, host->fail(host, garbage_request, &error));
  return tell(host, request, host->finish(host, garbage_request, HERMIT_OK));
}

static hermit_status unknown_stream(const hermit_host* host, hermit_request request) {
  return tell(host, request, output_of(host)->stream(host, request, 9, quiet_text("nowhere\n")));
}

static hermit_status null_text(const hermit_host* host, hermit_request request) {
  const hermit_text text = {NULL, 5};
  return tell(host, request, output_of(host)->stream(host, request, HERMIT_STDOUT, text));
}

static hermit_status null_bundle(const hermit_host* host, hermit_request request) {
  return tell(host, request, output_of(host)->display(host, request, NULL, quiet_text("")));
}

static hermit_status empty_bundle(const hermit_host* host, hermit_request request) {
  const hermit_bundle bundle = {NULL, 0, {NULL, 0}};
  return tell(host, request, output_of(host)->result(host, request, &bundle));
}

static hermit_status broken_json(const hermit_host* host, hermit_request request) {
  return show(host, request, "application/json", HERMIT_MIME_JSON, quiet_text("{\"open\": "));
}

static hermit_status broken_metadata(const hermit_host* host, hermit_request request) {
  const hermit_mime part = {quiet_text("text/plain"), quiet_text("the good part"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, quiet_text("[\"no object\"]")};
  return tell(host, request, output_of(host)->display(host, request, &bundle, quiet_text("")));
}

static hermit_status broken_text(const hermit_host* host, hermit_request request) {
  const hermit_text bytes = {"\xc3(\xff\xed\xa0\x80", 6};
  return show(host, request, "text/html", HERMIT_MIME_TEXT, bytes);
}

static hermit_status broken_type(const hermit_host* host, hermit_request request) {
  return show(host, request, "\xff/\xff", HERMIT_MIME_TEXT, quiet_text("whatever"));
}

static hermit_status unknown_form(const hermit_host* host, hermit_request request) {
  return show(host, request, "text/html", 77, quiet_text("whatever"));
}

static hermit_status reserved_field(const hermit_host* host, hermit_request request) {
  const hermit_mime part = {quiet_text("text/plain"), quiet_text("for nobody"), HERMIT_MIME_TEXT, 1};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  return tell(host, request, output_of(host)->display(host, request, &bundle, quiet_text("")));
}

static void nowhere(void* context, hermit_text line) {
  (void)context;
  (void)line;
}

static hermit_status garbage_service(const hermit_host* host, hermit_request request) {
  const hermit_text_sink line = {NULL, nowhere};
  const hermit_host_input* input =
      (const hermit_host_input*)host->extension(host, quiet_text(HERMIT_EXT_INPUT));
  const hermit_host_lane* lane = (const hermit_host_lane*)host->extension(host, quiet_text(HERMIT_EXT_LANE));
  tell(host, request, input->read(host, garbage_request, quiet_text("?"), 0, &line));
  return tell(host, request, lane->resume_after(host, garbage_request, 0));
}

static hermit_status no_display_id(const hermit_host* host, hermit_request request) {
  const hermit_mime part = {quiet_text("text/plain"), quiet_text("for nobody"), HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  return tell(host, request, output_of(host)->update(host, request, &bundle, quiet_text("")));
}

static const struct {
  const char* name;
  hermit_status (*commit)(const hermit_host* host, hermit_request request);
} misdeeds[] = {
    {"no fail", no_fail},                   /* HERMIT_USER_ERROR without host->fail */
    {"unknown status", unknown_status},     /* returns 12345 */
    {"unknown negative", unknown_negative}, /* returns -12345 */
    {"fail then ok", fail_then_ok},         /* host->fail, then HERMIT_OK */
    {"nameless error", nameless_error},     /* an empty name, and text that is no UTF-8 */
    {"finish twice", finish_twice},         /* the first counts */
    {"finish then ok", finish_then_ok},     /* host->finish without HERMIT_PENDING */
    {"finish pending", finish_pending},     /* HERMIT_PENDING given to host->finish */
    {"garbage output", garbage_output},     /* output for a request that never was */
    {"garbage end", garbage_end},           /* fail and finish for a request that never was */
    {"unknown stream", unknown_stream},     /* stream number 9 */
    {"null text", null_text},               /* NULL with size 5 */
    {"null bundle", null_bundle},           /* NULL in place of a bundle */
    {"empty bundle", empty_bundle},         /* a value without any part */
    {"broken json", broken_json},           /* a JSON part that is no JSON */
    {"broken metadata", broken_metadata},   /* metadata that are no object */
    {"broken text", broken_text},           /* a text part that is no UTF-8 */
    {"broken type", broken_type},           /* a type that is no UTF-8 */
    {"unknown form", unknown_form},         /* form 77 */
    {"no display id", no_display_id},       /* update without an id */
    {"reserved field", reserved_field},     /* a part whose reserved field is 1 */
    {"garbage service", garbage_service},   /* input and a resume for a request that never was */
};

static hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request,
                                        const hermit_cell* cell) {
  for (size_t i = 0; i < sizeof misdeeds / sizeof misdeeds[0]; ++i) {
    if (quiet_equal(cell->code, misdeeds[i].name)) return misdeeds[i].commit(shell->host, request);
  }
  return HERMIT_OK;
}

/* Matches before the range, and a range that is upside down and outside of the code. */
static hermit_status HERMIT_ABI complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                         uint64_t cursor, const hermit_match_sink* sink) {
  const hermit_match match = {{"\xff", 1}, {NULL, 0}, {NULL, 0}};
  (void)shell;
  (void)request;
  (void)cursor;
  sink->add(sink->context, &match);
  sink->range(sink->context, code.size + 7, 0);
  sink->range(sink->context, 0, UINT64_MAX);
  return HERMIT_OK;
}

/* Two descriptions instead of one. */
static hermit_status HERMIT_ABI inspect(hermit_shell* shell, hermit_request request, hermit_text code,
                                        uint64_t cursor, uint32_t detail, const hermit_bundle_sink* sink) {
  const hermit_mime part = {quiet_text("text/plain"), code, HERMIT_MIME_TEXT, 0};
  const hermit_bundle bundle = {&part, 1, {NULL, 0}};
  (void)shell;
  (void)request;
  (void)cursor;
  (void)detail;
  sink->put(sink->context, &bundle);
  sink->put(sink->context, &bundle);
  return HERMIT_OK;
}

/* An answer that is none of the four. */
static hermit_status HERMIT_ABI is_complete(hermit_shell* shell, hermit_request request, hermit_text code,
                                            uint32_t* completeness, const hermit_text_sink* indent) {
  (void)shell;
  (void)request;
  (void)code;
  (void)indent;
  *completeness = 99;
  return HERMIT_OK;
}

/* HERMIT_OK without a value for "nothing", HERMIT_PENDING for "later"; HERMIT_USER_ERROR without an error for
 * all else. */
static hermit_status HERMIT_ABI evaluate(hermit_shell* shell, hermit_request request, hermit_text expression,
                                         const hermit_bundle_sink* value, const hermit_error_sink* error) {
  (void)shell;
  (void)request;
  (void)value;
  (void)error;
  if (quiet_equal(expression, "later")) return HERMIT_PENDING;
  return quiet_equal(expression, "nothing") ? HERMIT_OK : HERMIT_USER_ERROR;
}

static const hermit_shell_complete complete_table = {complete};
static const hermit_shell_inspect inspect_table = {inspect};
static const hermit_shell_is_complete is_complete_table = {is_complete};
static const hermit_shell_evaluate evaluate_table = {evaluate};

static const void* HERMIT_ABI extension(hermit_shell* shell, hermit_text id) {
  (void)shell;
  if (quiet_equal(id, HERMIT_EXT_COMPLETE)) return &complete_table;
  if (quiet_equal(id, HERMIT_EXT_INSPECT)) return &inspect_table;
  if (quiet_equal(id, HERMIT_EXT_IS_COMPLETE)) return &is_complete_table;
  if (quiet_equal(id, HERMIT_EXT_EVALUATE)) return &evaluate_table;
  return NULL;
}

static const hermit_shell_table table = {quiet_create, quiet_destroy, execute, extension};

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("liar"), &table)
