// Wrong: C++ exceptions leave it through the ABI. The cell says what is thrown: "exception" a
// std::runtime_error, "number" an int; any other cell runs. complete() always throws. Built with
// THROWS_IN_CREATE, create() throws already.
//
// The host must: log the shell's name, the function and what() where there is one, answer the request with
// an error, and go on; for create(), refuse the shell in one sentence.
#include <stdexcept>

#include "quiet.h"

namespace {

hermit_status HERMIT_ABI create(const hermit_host_info* info, const hermit_host* host, hermit_shell** shell,
                                const hermit_text_sink* why) {
#ifdef THROWS_IN_CREATE
  throw std::runtime_error("thrown by create");
#endif
  return quiet_create(info, host, shell, why);
}

hermit_status HERMIT_ABI execute(hermit_shell*, hermit_request, const hermit_cell* cell) {
  if (quiet_equal(cell->code, "exception")) throw std::runtime_error("thrown by execute");
  if (quiet_equal(cell->code, "number")) throw 42;
  return HERMIT_OK;
}

hermit_status HERMIT_ABI complete(hermit_shell*, hermit_request, hermit_text, uint64_t, const hermit_match_sink*) {
  throw std::runtime_error("thrown by complete");
}

const hermit_shell_complete complete_table = {complete};

const void* HERMIT_ABI extension(hermit_shell*, hermit_text id) {
  return quiet_equal(id, HERMIT_EXT_COMPLETE) ? &complete_table : nullptr;
}

const hermit_shell_table table = {create, quiet_destroy, execute, extension};

}  // namespace

HERMIT_SHELL_EXPORT(QUIET_MANIFEST("throws"), &table)
