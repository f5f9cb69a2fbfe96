// A cell from its code to its result. It runs on a coroutine of its own, which is left while it sleeps.
#pragma once

#include <string>

#include "hermit/requests.hpp"
#include "hermit/values.hpp"
#include "interrupts.hpp"
#include "lane.hpp"
#include "mime.hpp"

namespace hermit::lua_shell {

struct Session;

// Used by one thread; several cells may exist at once, on several threads.
class Cell {
 public:
  // Interrupts of its request reach the cell from now on, until it is gone. `subshell` is the number of the
  // subshell that the cell was given to, 0 for the main shell.
  Cell(Session& session, const sdk::Cell& given, unsigned subshell);
  // Drops what has not ended.
  ~Cell();
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  // Runs the cell until it ends or sleeps. Returns as execute() does; with HERMIT_PENDING the host will ask
  // for go_on().
  sdk::Outcome start(std::string_view code);
  sdk::Outcome go_on();

 private:
  sdk::Outcome run(std::string_view code);
  sdk::Outcome advance();
  sdk::Outcome end(int status);
  sdk::Outcome show();
  bool was_interrupted() const { return lane_.interrupted && lane_.raised > 0; }
  template <typename Part>
  sdk::Outcome hold(Part part);
  bool release(hermit_status status);

  Session& session_;
  Lane lane_;
  const sdk::Serving<Interrupts, Lane> serving_;
  const std::string name_;  // of the chunk, unless another has it
};

// Makes the bundle of the values on the stack of `L`. Runs under protect().
void show_values(lua_State* L, Showing& showing);

}  // namespace hermit::lua_shell
