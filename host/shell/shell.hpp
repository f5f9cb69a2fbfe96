// Shell: what the kernel may ask of a language, and ShellHost: what a shell may ask of the kernel.
// Both speak in the words of the C ABI, since a shell may live behind a pipe as well as in this
// process: each argument is a number, a status or a lent slice (sdk/include/hermit/abi.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hermit/hermit.h>

#include "shell/manifest.hpp"

namespace hermit {

// The kernel, seen from a shell. What the functions mean and return stands in the C headers.
// [any-thread]
class ShellHost {
 public:
  virtual ~ShellHost() = default;

  virtual hermit_status fail(hermit_request request, const hermit_error& error) = 0;
  virtual hermit_status finish(hermit_request request, hermit_status status) = 0;

  virtual hermit_status stream(hermit_request request, std::uint32_t stream, std::string_view text) = 0;
  virtual hermit_status result(hermit_request request, const hermit_bundle& bundle) = 0;
  virtual hermit_status display(hermit_request request, const hermit_bundle& bundle,
                                std::string_view display_id) = 0;
  virtual hermit_status update(hermit_request request, const hermit_bundle& bundle,
                               std::string_view display_id) = 0;
  virtual hermit_status clear(hermit_request request, bool wait) = 0;

  virtual hermit_status resume_after(hermit_request request, std::uint64_t microseconds) = 0;

  virtual hermit_status comm_target(std::string_view target, bool add) = 0;
  virtual hermit_status comm_open(hermit_request request, const hermit_comm_message& message,
                                  std::string& comm_id) = 0;
  virtual hermit_status comm_send(hermit_request request, const hermit_comm_message& message) = 0;
  virtual hermit_status comm_close(hermit_request request, const hermit_comm_message& message) = 0;

  virtual hermit_status read_line(hermit_request request, std::string_view prompt, bool password,
                                  std::string& line) = 0;
  // A setting of the shell's own: text itself, else JSON; nothing when it declared none of that name.
  virtual std::optional<std::string> setting(std::string_view name) = 0;

  // Not for shells: the process of one has ended, with all that it knew. Its comms and their targets are
  // closed, and what waits on behalf of these requests, for input or for clients to take output, goes on.
  virtual void shell_lost(const std::vector<hermit_request>& requests) = 0;
};

// What a client does with a comm; see hermit_shell_comm_handler.
enum class CommEvent { opened, received, closed };

// A running shell. Destroying it ends it: no cell may run then. [main-thread]
class Shell {
 public:
  virtual ~Shell() = default;

  virtual const Manifest& manifest() const = 0;

  // Runs a cell; see hermit_shell_table.execute. Any status that the ABI does not have comes back as
  // HERMIT_FAILED. [shell-thread]
  virtual hermit_status execute(hermit_request request, const hermit_cell& cell) = 0;

  // Goes on with a pending cell; see hermit_shell_tasks. [shell-thread & executing]
  virtual hermit_status resume(hermit_request request) = 0;

  // Makes a subshell of this, the main shell, which outlives it. [shell-thread of the new subshell]
  virtual Result<std::unique_ptr<Shell>> make_subshell() = 0;

  // The rest answer HERMIT_UNSUPPORTED when the shell does not offer them.
  // [shell-thread & executing]
  virtual hermit_status evaluate(hermit_request request, std::string_view expression,
                                 const hermit_bundle_sink& value, const hermit_error_sink& error) = 0;
  // [introspection-thread]
  virtual hermit_status complete(hermit_request request, std::string_view code, std::uint64_t cursor,
                                 const hermit_match_sink& matches) = 0;
  // [introspection-thread]
  virtual hermit_status inspect(hermit_request request, std::string_view code, std::uint64_t cursor,
                                std::uint32_t detail, const hermit_bundle_sink& description) = 0;
  // [introspection-thread]
  virtual hermit_status is_complete(hermit_request request, std::string_view code,
                                    std::uint32_t& completeness, const hermit_text_sink& indent) = 0;
  // Whether it keeps its history itself: then history() answers, and the host records nothing.
  virtual bool keeps_history() const = 0;
  // [introspection-thread]
  virtual hermit_status history(hermit_request request, std::string_view content,
                                const hermit_text_sink& reply) = 0;
  // [comm-thread]
  virtual hermit_status comm(hermit_request request, CommEvent event, const hermit_comm_message& message) = 0;
  // [control-thread]
  virtual hermit_status interrupt(hermit_request request) = 0;
  // Waits until the shell has started, or will not: what it registers at its start is there then. [any-thread]
  virtual void wait_until_started() {}
  // The kernel is about to end: who waits for the shell to start waits no longer. [any-thread]
  virtual void give_up_starting() {}
};

}  // namespace hermit
