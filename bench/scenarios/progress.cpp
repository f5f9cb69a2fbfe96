// How soon a line is seen that a cell prints while it goes on: its second one, which a kernel may hold back
// in order to join it with more.
#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

constexpr std::size_t most_cells = 10;

// From the request until the line is in the client's hands.
double one_cell(Client& client, const std::string& content) {
  const auto sent = Clock::now();
  const auto stalled = sent + hang_limit;
  const std::string id = client.send(Channel::shell, "execute_request", content);
  std::optional<double> seen;
  for (bool idle = false; !idle;) {
    client.wait_iopub(stalled);
    while (const auto message = client.poll_iopub()) {
      if (!message->answers(id)) continue;
      if (!seen && message->is("stream") && message->says("second")) seen = milliseconds(Clock::now() - sent);
      idle = idle || message->is_idle();
      if (idle && !seen) throw Failure("the line did not come before the end of the cell");
    }
  }
  client.reply(Channel::shell, id, hang_limit);
  return *seen;
}

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  Session& session = subject.session();
  const std::string content = Client::execute_content(snippet(subject, &Language::progress));
  std::vector<double> times;
  const auto until = Clock::now() + 2 * effort.batch;
  do {
    times.push_back(one_cell(session.client, content));
  } while (times.size() < most_cells && Clock::now() < until);
  findings.add("progress", quantile(times, 0.5));
}

}  // namespace

Scenario progress_scenario() {
  return {"progress",
          {{.id = "progress",
            .title = "second line of a running cell → seen, p50",
            .unit = "ms",
            .aim = Aim::value(5)}},
          any_rounds,
          measure};
}

}  // namespace hermit::bench
