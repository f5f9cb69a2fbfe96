// A cell from its code to its result. It runs on a coroutine of its own, which is left while it sleeps.
#pragma once

#include <string>

#include "hermit/hermit.h"
#include "host.hpp"
#include "interrupts.hpp"
#include "lane.hpp"
#include "mime.hpp"

namespace hermit::lua_shell {

struct Session;

// Used by one thread; several cells may exist at once, on several threads.
class Cell {
 public:
  // Interrupts of the request reach the cell from now on, until it is gone. `subshell` is the number of the
  // subshell that the cell was given to, 0 for the main shell.
  Cell(Session& session, hermit_request request, const hermit_cell& given, unsigned subshell);
  // Drops what has not ended.
  ~Cell();
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  // Runs the cell until it ends or sleeps. Returns as execute() does; with HERMIT_PENDING the host will ask
  // for go_on().
  hermit_status start(std::string_view code);
  hermit_status go_on();

 private:
  hermit_status run(std::string_view code);
  hermit_status advance();
  hermit_status end(int status);
  hermit_status show();
  bool was_interrupted() const { return lane_.interrupted && lane_.raised > 0; }
  hermit_status fail(const Report& report, hermit_status status);
  template <typename Part>
  hermit_status hold(Part part);
  hermit_status release(hermit_status status);

  Session& session_;
  Lane lane_;
  const Serving serving_;
  const std::string name_;  // of the chunk, unless another has it
};

// Makes the bundle of the values on the stack of `L`. Runs under protect().
void show_values(lua_State* L, Showing& showing);

}  // namespace hermit::lua_shell
