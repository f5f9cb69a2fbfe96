// The round trip of a cell that computes 1+1.
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

constexpr std::size_t most_cells = 2000;

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  Session& session = subject.session();
  Client& client = session.client;
  const std::string content = Client::execute_content(snippet(subject, &Language::one));
  std::vector<double> to_reply, to_idle;
  const auto until = Clock::now() + effort.batch;
  while (to_idle.size() < most_cells && Clock::now() < until) {
    const auto sent = Clock::now();
    const auto stalled = sent + hang_limit;
    const std::string id = client.send(Channel::shell, "execute_request", content);
    // Reply and idle travel on sockets of their own, so either may be seen first.
    bool replied = false, idle = false;
    while (!replied || !idle) {
      client.wait_any(Channel::shell, stalled);
      while (!replied) {
        const auto message = client.poll(Channel::shell);
        if (!message) break;
        if (!message->answers(id)) continue;
        replied = true;
        to_reply.push_back(microseconds(Clock::now() - sent));
      }
      while (!idle) {
        const auto message = client.poll_iopub();
        if (!message) break;
        if (!message->answers(id) || !message->is_idle()) continue;
        idle = true;
        to_idle.push_back(microseconds(Clock::now() - sent));
      }
    }
  }
  findings.add("execute_reply_p50", quantile(to_reply, 0.5));
  findings.add("execute_idle_p50", quantile(to_idle, 0.5));
}

}  // namespace

Scenario execute_scenario() {
  return {
      "execute",
      {{.id = "execute_reply_p50", .title = "execute 1+1 → reply, p50", .unit = "µs"},
       {.id = "execute_idle_p50", .title = "execute 1+1 → idle, p50", .unit = "µs", .aim = Aim::ratio(1.5)}},
      any_rounds,
      measure};
}

}  // namespace hermit::bench
