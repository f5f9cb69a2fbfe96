/*
 * Comms of the echo shell: the commands that open, use and close them, and what the shell does with what its
 * clients send.
 *
 * A target called "run" takes orders: the first buffer of each of its messages is run like a cell. On a comm
 * to any other target what arrives goes back as it came, and opening and closing it writes a line.
 */
#include <stdio.h>
#include <stdlib.h>

#include "echo.h"

/* A message to be filled in. */
static const hermit_comm_message nothing;

static bool has_comms(const echo_run* run) { return run->session->comms != NULL; }

static hermit_status no_comms(echo_run* run) {
  return echo_wrong(run, "comms: the host lacks", echo_text(HERMIT_EXT_COMM));
}

ECHO_COMMAND(target) {
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  return echo_answer(run, "target", session->comms->add_target(session->host, argument));
}

ECHO_COMMAND(untarget) {
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  return echo_answer(run, "untarget", session->comms->remove_target(session->host, argument));
}

/* Receives the id of a comm that was opened, and writes it. */
static void HERMIT_ABI receive_id(void* context, hermit_text id) {
  echo_print_line(context, HERMIT_STDOUT, id);
}

ECHO_COMMAND(open) {
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  hermit_comm_message message = nothing;
  message.target = echo_take_word(&argument);
  message.comm_id = echo_take_word(&argument);
  message.data = argument;
  const hermit_text_sink sink = {run, receive_id};
  return echo_answer(run, "open", session->comms->open(session->host, run->request, &message, &sink));
}

ECHO_COMMAND(send) {
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  hermit_comm_message message = nothing;
  message.comm_id = echo_take_word(&argument);
  message.data = argument;
  return echo_answer(run, "send", session->comms->send(session->host, run->request, &message));
}

ECHO_COMMAND(meta) {
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  hermit_comm_message message = nothing;
  message.comm_id = echo_take_word(&argument);
  message.metadata = argument;
  return echo_answer(run, "meta", session->comms->send(session->host, run->request, &message));
}

ECHO_COMMAND(buffer) {
  const uint64_t limit = UINT64_C(1) << 30;
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  const hermit_text id = echo_take_word(&argument);
  uint64_t size = 0;
  if (!echo_number(argument, &size) || size > limit) {
    return echo_wrong(run, "buffer: not a number up to 2^30", argument);
  }
  char* bytes = malloc(size + 1);
  if (bytes == NULL) return echo_wrong(run, "buffer: not enough memory", argument);
  for (uint64_t i = 0; i < size; ++i) bytes[i] = (char)(i % 251);
  const hermit_text buffer = {bytes, size};
  const hermit_comm_message message = {id, {NULL, 0}, {NULL, 0}, {NULL, 0}, &buffer, 1};
  const hermit_status status = session->comms->send(session->host, run->request, &message);
  free(bytes);
  return echo_answer(run, "buffer", status);
}

ECHO_COMMAND(close) {
  const echo_session* session = run->session;
  if (!has_comms(run)) return no_comms(run);
  hermit_comm_message message = nothing;
  message.comm_id = echo_take_word(&argument);
  message.data = argument;
  return echo_answer(run, "close", session->comms->close(session->host, run->request, &message));
}

/* Runs the first buffer as a cell that has the thread to itself; what goes on after that ("pending") goes on
 * when the message has been dealt with. */
static hermit_status obey(hermit_shell* shell, hermit_request request, const hermit_comm_message* message) {
  if (message->buffer_count == 0) return HERMIT_OK;
  hermit_cell cell;
  memset(&cell, 0, sizeof cell);
  cell.code = message->buffers[0];
  cell.run_mode = HERMIT_RUN_THREAD;
  const hermit_status status = echo_execute(shell, request, &cell);
  return status == HERMIT_PENDING ? HERMIT_OK : status;
}

static bool takes_orders(const hermit_comm_message* message) {
  return echo_equal(message->target, echo_text("run"));
}

/* Writes a line that belongs to the client's message. */
static void report(hermit_shell* shell, hermit_request request, const char* what, hermit_text of) {
  const hermit_text parts[] = {echo_text(what), echo_text(" "), of, echo_text("\n")};
  const hermit_text line = echo_joined(parts, 4);
  const echo_session* session = shell->session;
  session->output->stream(session->host, request, HERMIT_STDOUT, line);
  echo_release(line);
}

static hermit_status send_back(hermit_shell* shell, hermit_request request,
                               const hermit_comm_message* message) {
  const echo_session* session = shell->session;
  return session->comms->send(session->host, request, message);
}

static hermit_status HERMIT_ABI opened(hermit_shell* shell, hermit_request request,
                                       const hermit_comm_message* message) {
  if (takes_orders(message)) return obey(shell, request, message);
  report(shell, request, "opened", message->target);
  return send_back(shell, request, message);
}

static hermit_status HERMIT_ABI received(hermit_shell* shell, hermit_request request,
                                         const hermit_comm_message* message) {
  return takes_orders(message) ? obey(shell, request, message) : send_back(shell, request, message);
}

static hermit_status HERMIT_ABI closed(hermit_shell* shell, hermit_request request,
                                       const hermit_comm_message* message) {
  if (takes_orders(message)) return obey(shell, request, message);
  report(shell, request, "closed", message->data);
  return HERMIT_OK;
}

const hermit_shell_comm_handler echo_comm_handler_table = {opened, received, closed};
