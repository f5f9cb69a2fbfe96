// What a kernel keeps of every cell it has run: memory before and after many of them.
#include <algorithm>

#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

// The first cells fill caches and the allocator's own stock. As many as this part of those that count.
constexpr std::size_t warm_up_part = 5;

// One after another, as people run them: what a kernel keeps of a message may hold on to the buffer that the
// message came in, and that is the smaller for each the more come at once.
void run_cells(Subject& subject, Session& session, std::size_t count) {
  const std::string content = Client::execute_content(snippet(subject, &Language::one));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = session.client.send(Channel::shell, "execute_request", content);
    session.client.reply(Channel::shell, id, hang_limit);
    session.client.until_idle(id, hang_limit);
  }
}

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  const auto session = subject.fresh_session();
  session->client.subscribe(hang_limit);
  run_cells(subject, *session, std::max<std::size_t>(effort.executes / warm_up_part, 1));
  // What is written to the history is kept in memory until it has been.
  const auto settle = [&] {
    if (session->process.wait(effort.settle))
      throw Failure("the kernel died: " + session->process.how_it_ended());
  };
  settle();
  const auto rss = session->process.rss_bytes();
  const auto pss = session->process.pss_bytes();
  run_cells(subject, *session, effort.executes);
  settle();
  const auto each = static_cast<double>(effort.executes);
  findings.add("memory_rss_per_execute", static_cast<double>(session->process.rss_bytes() - rss) / each);
  findings.add("memory_pss_per_execute", static_cast<double>(session->process.pss_bytes() - pss) / each);
  findings.add("memory_rss_after", mebibytes(session->process.rss_bytes()));
}

}  // namespace

Scenario memory_scenario() {
  return {"memory",
          {{.id = "memory_rss_per_execute",
            .title = "memory kept of each of many executes, RSS",
            .unit = "B",
            .has_ratio = false},
           {.id = "memory_pss_per_execute", .title = "  the same, PSS", .unit = "B", .has_ratio = false},
           {.id = "memory_rss_after", .title = "  RSS after them", .unit = "MiB", .has_ratio = false}},
          1,
          measure};
}

}  // namespace hermit::bench
