// Errors of the user's code as a notebook shows them.
#pragma once

#include <string>
#include <vector>

#include "hermit/values.hpp"

namespace hermit::cling_shell {

struct Session;
class Diagnostics;

// Code that Clang does not accept.
sdk::UserError report_diagnostics(const Diagnostics& diagnostics);

// Code that refers to what is nowhere.
sdk::UserError report_missing(const std::vector<std::string>& symbols);

// The exception that is being handled, thrown by code of a cell. The traceback says where, with the lines of
// cells.
sdk::UserError report_exception(Session& session);

// The process would have ended: std::terminate was called.
sdk::UserError report_terminate();

// Reports that the cell was interrupted, as what has become of it.
sdk::Outcome interrupted();

// Reports what has no place in the code.
sdk::UserError report_text(std::string name, std::string value);

}  // namespace hermit::cling_shell
