// Words: what the two ends of a worker say to each other. Every function of the ABI has its word; which end
// says it, and what comes with it, stands here and nowhere else.
#pragma once

#include <cstdint>

namespace hermit::worker {

// The first field of every frame. "shell" and "request" are numbers; a status is sent as a number.
enum class Word : std::uint32_t {
  // Host to worker, on the line of the calling thread: a call into the shell. Answered by `returned`.
  // create: library; level, format and file of the log; capture; limits of memory, processor seconds and
  // processes; then the settings: how many, and each its name and value.
  create = 1,
  destroy,        // shell
  make_subshell,  // shell, number of the new one
  execute,        // shell, request, code, id, execution count, flags, run mode
  resume,         // shell, request
  evaluate,       // shell, request, expression
  complete,       // shell, request, code, cursor
  inspect,        // shell, request, code, cursor, detail
  is_complete,    // shell, request, code
  history,        // shell, request, content
  comm,           // shell, request, event, message
  interrupt,      // shell, request
  answered,       // to a call of the host's services: status, and what the call yields

  // Worker to host, on the line of a thread.
  returned = 64,  // from a call into the shell: status, and what was put into its sinks
  drain,          // there is text in the ring; not answered
  emptied,        // the same; answered, and there is room in the ring then
  // A call of the host's services. Answered by `answered`.
  fail,          // request, error
  finish,        // request, status
  stream,        // request, stream, text
  result,        // request, bundle
  display,       // request, bundle, display id
  update,        // request, bundle, display id
  clear,         // request, wait
  resume_after,  // request, microseconds
  comm_target,   // target, add
  comm_open,     // request, message; yields the id
  comm_send,     // request, message
  comm_close,    // request, message
  read_line,     // request, prompt, password; yields the line

  // On the link, host to worker.
  thread = 128,  // with the socket of a line: a thread of the host's wants one of the worker's
  signal,        // request: the system calls that its thread waits in are to end

  // On the link, worker to host.
  foreign_thread = 192,  // with the socket of a line: a thread of the shell's own calls the host
  streams,               // with the read ends of the two pipes that are captured
  no_descriptors,        // a thread cannot have its line, since user code has used up all descriptors
};

}  // namespace hermit::worker
