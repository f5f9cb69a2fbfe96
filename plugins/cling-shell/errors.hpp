// Errors of the user's code as a notebook shows them.
#pragma once

#include <string>
#include <vector>

#include "host.hpp"

namespace hermit::cling_shell {

struct Session;
class Diagnostics;

// Code that Clang does not accept.
Report report_diagnostics(const Diagnostics& diagnostics);

// Code that refers to what is nowhere.
Report report_missing(const std::vector<std::string>& symbols);

// The exception that is being handled, thrown by code of a cell. The traceback says where, with the lines of
// cells.
Report report_exception(Session& session);

// The process would have ended: std::terminate was called.
Report report_terminate();

// Reports that the cell was interrupted.
Report report_interrupt();

// Reports what has no place in the code.
Report report_text(std::string name, std::string value);

}  // namespace hermit::cling_shell
