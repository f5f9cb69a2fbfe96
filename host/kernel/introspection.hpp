// Introspection: answers complete, inspect and is_complete requests (K12). Positions travel in code
// points with clients and in bytes with shells; the translation is here.
#pragma once

#include "kernel/cells.hpp"
#include "kernel/exchange.hpp"
#include "shell/shell.hpp"

namespace hermit {

// A request, and who is to answer it.
struct Asked {
  Exchange& exchange;
  Shell& shell;
  const Cells& cells;
  hermit_request number;  // of the request; open in `cells`
};

// Each answers one request, also when the shell offers nothing of the kind. [introspection-thread]
void answer_complete(const Asked& asked);
void answer_inspect(const Asked& asked);
void answer_is_complete(const Asked& asked);

// For a shell that keeps its history itself.
void answer_history(const Asked& asked);

}  // namespace hermit
