// What a kernel does while there is nothing to do: each time one of its threads wakes costs a battery.
#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

using namespace std::chrono_literals;

// After the last request a kernel may have something to tidy up or to write to its history.
constexpr auto settling = 1500ms;

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  Session& session = subject.session();
  const auto must_live = [&](std::chrono::milliseconds time) {
    if (session.process.wait(time)) throw Failure("the kernel died: " + session.process.how_it_ended());
  };
  must_live(settling);
  const auto before = session.process.context_switches();
  const auto cpu = session.process.cpu_time();
  const auto begin = Clock::now();
  must_live(effort.idle);
  const double seconds = milliseconds(Clock::now() - begin) / 1e3;
  findings.add("idle_wakeups", static_cast<double>(session.process.context_switches() - before) / seconds);
  findings.add("idle_cpu", microseconds(session.process.cpu_time() - cpu) / seconds);
}

}  // namespace

Scenario idle_scenario() {
  return {"idle-wakeups",
          {{"idle_wakeups", "wake-ups while idle", "1/s", false, false},
           {"idle_cpu", "CPU time while idle, per second", "µs", false, false}},
          2,
          measure};
}

}  // namespace hermit::bench
