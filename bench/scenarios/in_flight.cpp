// Many requests at once: how many a second does a kernel answer when it never has to wait for one?
#include "../failure.hpp"
#include "../flight.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

// A subscriber that keeps up should get every idle, but some kernels drop them under load. Those that have
// not come this long after all else are taken to be lost.
constexpr std::chrono::seconds idle_patience{2};

void measure(Subject& subject, const Effort& effort, Findings& findings, const char* metric, std::string type,
             std::string content) {
  Flight flight(subject.session().client, std::move(type), std::move(content));
  const auto begin = Clock::now();
  const auto until = begin + effort.batch;
  // Each is sent once at least, so that a slow kernel has a figure too.
  flight.run([&](std::size_t sent) { return sent < in_flight || Clock::now() < until; }, hang_limit);
  findings.add(metric,
               static_cast<double>(flight.sent()) / (milliseconds(flight.last_answer() - begin) / 1e3));
  if (const std::size_t missing = flight.collect_idles(idle_patience); missing > 0) {
    findings.note(std::to_string(missing) + " of " + std::to_string(flight.sent()) + " idles never came");
  }
}

}  // namespace

Scenario in_flight_scenario() {
  return {
      "in-flight",
      {{.id = "in_flight_rate", .title = "kernel_info, 64 in flight", .unit = "1/s", .more_is_better = true}},
      any_rounds,
      [](Subject& subject, const Effort& effort, Findings& findings) {
        measure(subject, effort, findings, "in_flight_rate", "kernel_info_request", "{}");
      }};
}

Scenario execute_in_flight_scenario() {
  return {"execute-in-flight",
          {{.id = "execute_in_flight_rate",
            .title = "execute 1+1, 64 in flight",
            .unit = "1/s",
            .more_is_better = true}},
          any_rounds,
          [](Subject& subject, const Effort& effort, Findings& findings) {
            measure(subject, effort, findings, "execute_in_flight_rate", "execute_request",
                    Client::execute_content(snippet(subject, &Language::one)));
          }};
}

}  // namespace hermit::bench
