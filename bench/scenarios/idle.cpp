// What a kernel does while there is nothing to do: each time one of its threads wakes costs a battery.
//
// A wake-up is a context switch in /proc of any of its threads, so that nothing has to be traced.
#include <cmath>

#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  Session& session = subject.session();
  const auto must_live = [&](std::chrono::milliseconds time) {
    if (session.process.wait(time)) throw Failure("the kernel died: " + session.process.how_it_ended());
  };
  // After the last request a kernel may have something to tidy up or to write to its history.
  must_live(effort.settle);
  const auto before = session.process.context_switches();
  const auto cpu = session.process.cpu_time();
  const auto begin = Clock::now();
  must_live(effort.idle);
  const double seconds = milliseconds(Clock::now() - begin) / 1e3;
  std::int64_t sum = 0;
  std::string who;
  for (const auto& [thread, count] : session.process.context_switches()) {
    const auto known = before.find(thread);
    const std::int64_t woken = count - (known == before.end() ? 0 : known->second);
    sum += woken;
    if (woken > 0) who += (who.empty() ? "" : ", ") + thread + " " + std::to_string(woken) + "×";
  }
  findings.add("idle_wakeups", static_cast<double>(sum) / seconds);
  findings.add("idle_cpu", microseconds(session.process.cpu_time() - cpu) / seconds);
  if (!who.empty()) findings.note("woke: " + who);
}

}  // namespace

Scenario idle_scenario() {
  return {"idle-wakeups",
          {{.id = "idle_wakeups",
            .title = "wake-ups of all threads while idle",
            .unit = "1/s",
            .has_ratio = false,
            .aim = Aim::value(0)},
           {.id = "idle_cpu", .title = "CPU time while idle, per second", .unit = "µs", .has_ratio = false}},
          2,
          measure};
}

}  // namespace hermit::bench
