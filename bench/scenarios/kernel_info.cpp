// kernel_info: the cheapest request, one at a time.
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

// More would only make the medians of a round a little smoother.
constexpr std::size_t most_requests = 2000;

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  Session& session = subject.session();
  std::vector<double> times;
  std::string id;
  const auto cpu = session.process.cpu_time();
  const auto until = Clock::now() + effort.batch;
  while (times.size() < most_requests && Clock::now() < until) {
    const auto sent = Clock::now();
    id = session.client.send(Channel::shell, "kernel_info_request");
    session.client.reply(Channel::shell, id, hang_limit);
    times.push_back(microseconds(Clock::now() - sent));
  }
  session.client.until_idle(id, hang_limit);  // What the last request costs the kernel counts, too.
  findings.add("kernel_info_cpu",
               microseconds(session.process.cpu_time() - cpu) / static_cast<double>(times.size()));
  findings.add("kernel_info_p50", quantile(times, 0.5));
  findings.add("kernel_info_p99", quantile(times, 0.99));
}

}  // namespace

Scenario kernel_info_scenario() {
  return {"kernel-info",
          {{.id = "kernel_info_p50",
            .title = "kernel_info round trip, p50",
            .unit = "µs",
            .aim = Aim::ratio(1.2)},
           {.id = "kernel_info_p99", .title = "kernel_info round trip, p99", .unit = "µs"},
           {.id = "kernel_info_cpu", .title = "kernel's CPU time per kernel_info", .unit = "µs"}},
          any_rounds,
          measure};
}

}  // namespace hermit::bench
