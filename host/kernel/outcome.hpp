// Outcome: what a client is told of how a cell ended (K5, K6, K7).
#pragma once

#include "kernel/cells.hpp"
#include "shell/shell.hpp"

namespace hermit {

// Fills in the reply to a cell whose shell gave `status`, and shows its error if it has one; true when the
// cell counts as failed. [on the thread that ran the cell]
bool report_outcome(const Cells& cells, const Shell& shell, const Cell& cell, hermit_status status,
                    Json& reply);

// The values of a cell's user_expressions, as the reply carries them. [the same]
Json evaluate(Shell& shell, const Cell& cell);

}  // namespace hermit
