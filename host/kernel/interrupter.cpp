#include "kernel/interrupter.hpp"

#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "kernel/executor.hpp"

namespace hermit {
namespace {

using namespace std::chrono_literals;

// How long shells may take to be asked; to end the cells they have all the time they need.
constexpr auto limit = 1s;

}  // namespace

// Of the control lane but for `targets`.
struct Interrupter::Call {
  const std::vector<Target> targets;
  Done done;
  bool ended = false;
  Lane::Timer timer = 0;

  // A call that is stuck is kept for ever; what `done` holds is not.
  void end(const std::string& problem) {
    ended = true;
    if (const auto tell = std::exchange(done, nullptr)) tell(problem);
  }
};

Interrupter::Interrupter(Lane& control, Inputs& inputs, Output& output)
    : control_(control), inputs_(inputs), output_(output), lane_("hermit-intr") {
  lane_.start_quiet();
}

void Interrupter::interrupt(const std::vector<std::shared_ptr<Cell>>& cells,
                            const std::vector<Target>& others, Done done) {
  std::vector<Target> targets = others;
  for (const auto& cell : cells) {
    cell->interrupted = true;
    targets.push_back({cell->executor, cell->number});
  }
  inputs_.wake();
  output_.wake();
  if (!targets.empty()) return ask(std::move(targets), std::move(done));
  if (done) done("");
}

void Interrupter::ask(std::vector<Target> targets, Done done) {
  const std::string shell = targets.front().executor->shell_name();
  const auto call = std::make_shared<Call>(Call{std::move(targets), std::move(done)});
  call->timer = control_.post_at(Lane::Clock::now() + limit, [call, shell] {
    const std::string problem = "interrupt has not returned for " + std::to_string(limit.count()) + " s";
    log::error("SHELL_MISBEHAVING {}: {}", shell, problem);
    call->end("the shell \"" + shell + "\" misbehaves: " + problem);
  });
  lane_.post([this, call] {
    std::string problem;
    for (const auto& [executor, request] : call->targets) {
      const hermit_status status = executor->ask_to_end(request);
      if (status >= HERMIT_OK) continue;
      const std::string name = "the shell \"" + executor->shell_name() + "\" ";
      if (status == HERMIT_UNSUPPORTED) {
        log::warning("{}has no interrupt", name);
      } else {
        problem = name + "could not interrupt (status " + std::to_string(status) + ")";
      }
    }
    control_.post([this, call, problem] {
      if (call->ended) return;
      control_.cancel(call->timer);
      call->end(problem);
    });
  });
}

void Interrupter::release(std::shared_ptr<void> owner) {
  // Whatever was asked before comes before this, and a shell that is stuck keeps its owner.
  lane_.post([owner = std::move(owner)] {});
}

}  // namespace hermit
