// Interrupter: asks shells to end what they run (K8), on a thread of its own: a shell may not come back from
// being asked, and all else has to go on then (K17).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/cells.hpp"
#include "kernel/inputs.hpp"
#include "kernel/lane.hpp"
#include "kernel/output.hpp"

namespace hermit {

class Executor;

// Sends a signal to certain processes.
using SendSignal = std::function<void(int signal)>;
// Finds the processes that cells have started until now.
using FindChildren = std::function<SendSignal()>;

class Interrupter {
 public:
  // A running request, and whose it is.
  struct Target {
    Executor* executor;
    hermit_request request;
  };
  // What is called on the control lane when the shells were asked; `problem` names the shell that could not
  // be, "" stands for none.
  using Done = std::function<void(const std::string& problem)>;

  // All outlive it.
  Interrupter(Lane& control, Inputs& inputs, Output& output);

  // Ends the waits of these cells, for input and for clients that take output, and asks their shells to end
  // them, and `others`, requests that are no cells. Executors live until release() of what owns them has run.
  // [any-thread]
  void interrupt(const std::vector<std::shared_ptr<Cell>>& cells, const std::vector<Target>& others = {},
                 Done done = nullptr);

  // Drops `owner` once no shell is being asked for anything of it any more. [control-thread]
  void release(std::shared_ptr<void> owner);

 private:
  struct Call;

  void ask(std::vector<Target> targets, Done done);

  Lane& control_;
  Inputs& inputs_;
  Output& output_;
  Lane lane_;
};

}  // namespace hermit
