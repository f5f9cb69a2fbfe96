// Wrong: C++ exceptions leave every function that `throws` has left whole: extension (for what it does not
// offer), opened, received, closed, inspect, is_complete, evaluate, resume, interrupt, making a subshell, and
// destroy. The cell "resume" becomes a task; "wait" waits until it is interrupted, and says "waits" when it
// does; any other cell runs. Clients may open comms to "throws", and to "quiet", where opening throws
// nothing.
//
// The host must: log the shell's name, the function and what(); answer the request that led to the call with
// an error; go on; and exit as if nothing had been.
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "quiet.h"

namespace {

constexpr char manifest[] =
    "{\"name\": \"throws_everywhere\", \"abilities\": {\"tasks\": true, \"subshells\": true},"
    " \"language_info\": {\"name\": \"quiet\", \"version\": \"1.0\", \"mimetype\": \"text/plain\","
    "                   \"file_extension\": \".txt\"}}";

// Whether the cell "wait" has been interrupted. Of the shells in a process one runs at a time, so that this may be
// static.
std::mutex mutex;
std::condition_variable changed;
bool interrupted = false;

hermit_status wait(const hermit_host* host, hermit_request request) {
  const auto* output =
      static_cast<const hermit_host_output*>(host->extension(host, quiet_text(HERMIT_EXT_OUTPUT)));
  {
    const std::lock_guard lock(mutex);
    interrupted = false;
  }
  output->stream(host, request, HERMIT_STDOUT, quiet_text("waits\n"));
  std::unique_lock lock(mutex);
  while (!interrupted) changed.wait(lock);
  return HERMIT_INTERRUPTED;
}

hermit_status HERMIT_ABI execute(hermit_shell* shell, hermit_request request, const hermit_cell* cell) {
  const hermit_host* host = shell->host;
  if (quiet_equal(cell->code, "wait")) return wait(host, request);
  if (!quiet_equal(cell->code, "resume")) return HERMIT_OK;
  const auto* lane = static_cast<const hermit_host_lane*>(host->extension(host, quiet_text(HERMIT_EXT_LANE)));
  lane->resume_after(host, request, 0);
  return HERMIT_PENDING;
}

void HERMIT_ABI destroy(hermit_shell* shell) {
  free(shell);
  throw std::runtime_error("thrown by destroy");
}

hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host, hermit_shell** shell,
                                const hermit_text_sink* why) {
  const auto* comms =
      static_cast<const hermit_host_comm*>(host->extension(host, quiet_text(HERMIT_EXT_COMM)));
  for (const char* target : {"throws", "quiet"}) comms->add_target(host, quiet_text(target));
  return quiet_create(info, host, shell, why);
}

hermit_status HERMIT_ABI opened(hermit_shell*, hermit_request, const hermit_comm_message* message) {
  if (quiet_equal(message->target, "quiet")) return HERMIT_OK;
  throw std::runtime_error("thrown by opened");
}

hermit_status HERMIT_ABI received(hermit_shell*, hermit_request, const hermit_comm_message*) {
  throw std::runtime_error("thrown by received");
}

hermit_status HERMIT_ABI closed(hermit_shell*, hermit_request, const hermit_comm_message*) {
  throw std::runtime_error("thrown by closed");
}

hermit_status HERMIT_ABI inspect(hermit_shell*, hermit_request, hermit_text, uint64_t, uint32_t,
                                 const hermit_bundle_sink*) {
  throw std::runtime_error("thrown by inspect");
}

hermit_status HERMIT_ABI is_complete(hermit_shell*, hermit_request, hermit_text, uint32_t*,
                                     const hermit_text_sink*) {
  throw std::runtime_error("thrown by is_complete");
}

hermit_status HERMIT_ABI evaluate(hermit_shell*, hermit_request, hermit_text, const hermit_bundle_sink*,
                                  const hermit_error_sink*) {
  throw std::runtime_error("thrown by evaluate");
}

hermit_status HERMIT_ABI resume(hermit_shell*, hermit_request) {
  throw std::runtime_error("thrown by resume");
}

hermit_status HERMIT_ABI interrupt(hermit_shell*, hermit_request) {
  {
    const std::lock_guard lock(mutex);
    interrupted = true;
  }
  changed.notify_all();
  throw std::runtime_error("thrown by interrupt");
}

hermit_status HERMIT_ABI create_subshell(hermit_shell*, hermit_shell**, const hermit_text_sink*) {
  throw std::runtime_error("thrown by create of a subshell");
}

constexpr hermit_shell_comm_handler comm_handler_table = {opened, received, closed};
constexpr hermit_shell_evaluate evaluate_table = {evaluate};
constexpr hermit_shell_inspect inspect_table = {inspect};
constexpr hermit_shell_interrupt interrupt_table = {interrupt};
constexpr hermit_shell_is_complete is_complete_table = {is_complete};
constexpr hermit_shell_subshells subshells_table = {create_subshell};
constexpr hermit_shell_tasks tasks_table = {resume};

const void* HERMIT_ABI extension(hermit_shell*, hermit_text id) {
  if (quiet_equal(id, HERMIT_EXT_COMM_HANDLER)) return &comm_handler_table;
  if (quiet_equal(id, HERMIT_EXT_EVALUATE)) return &evaluate_table;
  if (quiet_equal(id, HERMIT_EXT_INSPECT)) return &inspect_table;
  if (quiet_equal(id, HERMIT_EXT_INTERRUPT)) return &interrupt_table;
  if (quiet_equal(id, HERMIT_EXT_IS_COMPLETE)) return &is_complete_table;
  if (quiet_equal(id, HERMIT_EXT_SUBSHELLS)) return &subshells_table;
  if (quiet_equal(id, HERMIT_EXT_TASKS)) return &tasks_table;
  throw std::runtime_error("thrown by extension");  // asked for completion, at least
}

constexpr hermit_shell_table table = {create, destroy, execute, extension};

}  // namespace

HERMIT_SHELL_EXPORT(manifest, &table)
