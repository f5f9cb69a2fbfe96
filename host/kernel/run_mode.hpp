// RunMode: how a request is run, as one pure function of where it came from and what it is (K3).
// docs/run-modes.md explains it to users.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/message.hpp"
#include "protocol/names.hpp"
#include "shell/manifest.hpp"

namespace hermit {

enum class RunMode {
  queue,       // one after another on the shell's lane
  task,        // at once, interleaved with other cells on the shell's lane
  thread,      // at once, on a thread of its own
  blocking,    // at once, on the lane of the channel that received it
  introspect,  // on the introspection lane, beside a running cell
};

// The setting Kernel.concurrency_mode.
enum class ConcurrencyMode {
  concurrent,  // the table of run_mode()
  blocking,    // everything that needs the shell in order of arrival on its lane
};

// What an execute_request says of the way it wants to be run.
struct CellWish {
  bool silent = false;
  std::optional<RunMode> mode;  // by its first line or a tag
};

// The mode for a request of `type` that came on `channel`; nothing when it is refused there.
std::optional<RunMode> run_mode(Channel channel, RequestType type, ConcurrencyMode concurrency,
                                const CellWish& wish = {});

// The mode that a shell with these abilities can offer instead: a task or a thread becomes `queue`.
RunMode possible_mode(RunMode mode, const Manifest& manifest);

// Reads the wish of an execute_request without parsing it. A cell wishes with its first line, the
// language's comment leader (or "##") and "task", "thread" or "queue", or with a tag of that name.
CellWish read_wish(const Message& message, const Manifest& manifest);

// The code with blanks in place of a first line that begins with "##" and names a mode: it means something to
// the host only, and no place in the code moves. Nothing when there is no such line, or when it is a comment
// of the language too.
std::optional<std::string> without_mode_line(std::string_view code, const Manifest& manifest);

std::string_view run_mode_name(RunMode mode);

}  // namespace hermit
