// Wrong: the cell "thread" starts a thread that an exception leaves, which by the rules of C++ ends the
// process. Any other cell runs.
//
// The host must: log what() and that it left a thread; keep the process, and run the next cell.
#include <stdexcept>
#include <thread>

#include "quiet.h"

namespace {

hermit_status HERMIT_ABI execute(hermit_shell*, hermit_request, const hermit_cell* cell) {
  if (quiet_equal(cell->code, "thread"))
    std::thread([] { throw std::runtime_error("thrown by a thread"); }).detach();
  return HERMIT_OK;
}

constexpr hermit_shell_table table = {quiet_create, quiet_destroy, execute, quiet_extension};

}  // namespace

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("throws_in_thread"), &table)
