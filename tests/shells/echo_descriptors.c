/*
 * The commands of the echo shell that write past the host, to the descriptors of the process: as C libraries,
 * child processes and threads do that know nothing of kernels (K10). For a kernel in a process of its own.
 */
#define _POSIX_C_SOURCE 200809L /* waitpid, dup2 and the like beside a strict C11 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "echo.h"

/* Writes all of a text with as few calls as the system allows; false when it cannot. */
static bool write_all(int descriptor, const char* data, size_t size) {
  while (size != 0) {
    const ssize_t written = write(descriptor, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= (size_t)written;
  }
  return true;
}

/* Takes a descriptor's number off the front of an argument; -1 when it is none. */
static int take_descriptor(hermit_text* argument) {
  uint64_t number = 0;
  const hermit_text word = echo_take_word(argument);
  return echo_number(word, &number) && number < 1000 ? (int)number : -1;
}

static hermit_status write_bytes(echo_run* run, int descriptor, hermit_text bytes) {
  return write_all(descriptor, bytes.data, bytes.size) ? HERMIT_OK
                                                       : echo_wrong(run, "cannot write", echo_text(""));
}

ECHO_COMMAND(fd) {
  const int descriptor = take_descriptor(&argument);
  const hermit_text parts[] = {argument, echo_text("\n")};
  const hermit_text line = echo_joined(parts, 2);
  const hermit_status status = write_bytes(run, descriptor, line);
  echo_release(line);
  return status;
}

ECHO_COMMAND(fd_raw) {
  const int descriptor = take_descriptor(&argument);
  const hermit_text bytes = echo_bytes(argument);
  const hermit_status status = bytes.data != NULL
                                   ? write_bytes(run, descriptor, bytes)
                                   : echo_wrong(run, "fd_raw: not bytes in hexadecimal", argument);
  echo_release(bytes);
  return status;
}

ECHO_COMMAND(fd_big) {
  const int descriptor = take_descriptor(&argument);
  uint64_t size = 0;
  if (!echo_number(argument, &size) || size > UINT64_C(1) << 30) {
    return echo_wrong(run, "fd_big: not a number up to 2^30", argument);
  }
  char* text = malloc(size + 1);
  if (text == NULL) return echo_wrong(run, "fd_big: not enough memory", argument);
  memset(text, 'x', size);
  const hermit_status status = write_bytes(run, descriptor, (hermit_text){text, size});
  free(text);
  return status;
}

ECHO_COMMAND(fd_lines) {
  uint64_t count = 0;
  if (!echo_number(argument, &count)) return echo_wrong(run, "fd_lines: not a number", argument);
  for (uint64_t i = 0; i < count; ++i) {
    char line[32];
    const int size = snprintf(line, sizeof line, "line %llu\n", (unsigned long long)i);
    if (!write_all(1, line, (size_t)size)) return echo_wrong(run, "cannot write", argument);
  }
  return HERMIT_OK;
}

ECHO_COMMAND(printf) {
  (void)run;
  printf("%.*s", (int)argument.size, argument.data);
  return HERMIT_OK;
}

ECHO_COMMAND(puts) {
  (void)run;
  printf("%.*s\n", (int)argument.size, argument.data);
  return HERMIT_OK;
}

/* Starts `sh -c COMMAND`; 0 when that fails. */
static pid_t start_child(hermit_text command) {
  char* const text = malloc(command.size + 1);
  if (text == NULL) return 0;
  memcpy(text, command.data, command.size);
  text[command.size] = '\0';
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", text, (char*)NULL);
    _exit(127);
  }
  free(text);
  return child > 0 ? child : 0;
}

ECHO_COMMAND(child) {
  const pid_t child = start_child(argument);
  if (child == 0) return echo_wrong(run, "child: cannot be started", argument);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status == 0 ? HERMIT_OK : echo_wrong(run, "child: failed", argument);
}

ECHO_COMMAND(orphan) {
  /* A child of a child belongs to nobody, so that nobody has to wait for it. */
  const hermit_text parts[] = {echo_text("("), argument, echo_text(") &")};
  const hermit_text command = echo_joined(parts, 3);
  const hermit_status status = echo_run_child(run, command);
  echo_release(command);
  return status;
}

ECHO_COMMAND(fd_close) {
  const int descriptor = take_descriptor(&argument);
  return close(descriptor) == 0 ? HERMIT_OK : echo_wrong(run, "fd_close: cannot be closed", argument);
}

/* Opens the file PATH; -1 when that fails. */
static int open_file(hermit_text path, int flags) {
  char text[4096];
  if (path.size >= sizeof text) return -1;
  memcpy(text, path.data, path.size);
  text[path.size] = '\0';
  return open(text, flags | O_CLOEXEC, 0600);
}

ECHO_COMMAND(redirect) {
  const int descriptor = take_descriptor(&argument);
  const int file = open_file(argument, O_WRONLY | O_CREAT | O_APPEND);
  if (file < 0) return echo_wrong(run, "redirect: cannot be opened", argument);
  const bool done = dup2(file, descriptor) == descriptor;
  if (file != descriptor) close(file);
  return done ? HERMIT_OK : echo_wrong(run, "redirect: no descriptor", argument);
}

ECHO_COMMAND(occupy) {
  const int descriptor = take_descriptor(&argument);
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && dup2(file, descriptor) == descriptor;
  if (file != descriptor) close(file); /* the lowest free descriptor may be the one that is wanted */
  return done ? HERMIT_OK : echo_wrong(run, "occupy: no descriptor", argument);
}

ECHO_COMMAND(gate) {
  /* Opening waits for whoever opens the other end, reading for their closing it. */
  const int file = open_file(argument, O_RDONLY);
  if (file < 0) return echo_wrong(run, "gate: cannot be opened", argument);
  char byte;
  while (read(file, &byte, 1) != 0) continue;
  close(file);
  return HERMIT_OK;
}
