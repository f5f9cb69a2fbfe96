// Introspection: answers complete, inspect and is_complete requests (K12). Positions travel in code
// points with clients and in bytes with shells; the translation is here.
#pragma once

#include "kernel/exchange.hpp"
#include "shell/shell.hpp"

namespace hermit {

// Each answers one request, which has the number `number`, also when the shell offers nothing of the
// kind. [introspection-thread]
void answer_complete(Exchange& exchange, Shell& shell, hermit_request number);
void answer_inspect(Exchange& exchange, Shell& shell, hermit_request number);
void answer_is_complete(Exchange& exchange, Shell& shell, hermit_request number);

// For a shell that keeps its history itself.
void answer_history(Exchange& exchange, Shell& shell, hermit_request number);

}  // namespace hermit
