// kernel_info: the cheapest request, one at a time and many at once.
#include <algorithm>
#include <deque>

#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

// More would only make the medians of a round a little smoother.
constexpr std::size_t most_requests = 2000;
constexpr std::size_t in_flight = 64;
// Idles that have not come this long after all else are taken to be lost.
constexpr std::chrono::seconds idle_patience{2};

void one_at_a_time(Subject& subject, const Effort& effort, Findings& findings) {
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

// Requests under way, and what has come back of them.
class Flight {
 public:
  explicit Flight(Client& client) : client_(client) {}

  void send() {
    open_.push_back(client_.send(Channel::shell, "kernel_info_request"));
    ++sent_;
  }
  // Takes a reply that has come; false when there is none.
  bool take_reply() {
    const auto reply = client_.poll(Channel::shell);
    if (!reply) return false;
    // Replies come in order from every kernel that is known, so the search ends at the first.
    const auto answered =
        std::find_if(open_.begin(), open_.end(), [&](const std::string& id) { return reply->answers(id); });
    if (answered != open_.end()) open_.erase(answered);
    return true;
  }
  void take_idles() {
    while (const auto message = client_.poll_iopub()) idles_ += message->is_idle() ? 1 : 0;
  }
  std::size_t sent() const { return sent_; }
  std::size_t unanswered() const { return open_.size(); }
  std::size_t idles_missing() const { return sent_ - std::min(idles_, sent_); }

 private:
  Client& client_;
  std::deque<std::string> open_;
  std::size_t sent_ = 0, idles_ = 0;
};

// Keeps `in_flight` requests under way until the time is up, then collects what is still to come.
void many_at_once(Subject& subject, const Effort& effort, Findings& findings) {
  Client& client = subject.session().client;
  Flight flight(client);
  const auto begin = Clock::now();
  const auto until = begin + effort.batch;
  const auto stalled = until + hang_limit;
  auto last_answer = begin;
  while (flight.sent() < in_flight) flight.send();
  while (flight.unanswered() > 0) {
    client.wait_any(Channel::shell, stalled);
    while (flight.take_reply()) {
      last_answer = Clock::now();
      if (last_answer < until) flight.send();
    }
    flight.take_idles();
    if (Clock::now() > stalled)
      throw Failure(std::to_string(flight.unanswered()) + " requests never answered");
  }
  findings.add("in_flight_rate",
               static_cast<double>(flight.sent()) / (milliseconds(last_answer - begin) / 1e3));
  try {
    // A subscriber that keeps up should get every idle; some kernels drop them under load.
    while (flight.idles_missing() > 0) {
      client.wait_iopub(Clock::now() + idle_patience);
      flight.take_idles();
    }
  } catch (const Failure&) {
    findings.note(std::to_string(flight.idles_missing()) + " of " + std::to_string(flight.sent()) +
                  " idles never came");
  }
}

}  // namespace

Scenario kernel_info_scenario() {
  return {"kernel-info",
          {{"kernel_info_p50", "kernel_info round trip, p50", "µs"},
           {"kernel_info_p99", "kernel_info round trip, p99", "µs"},
           {"kernel_info_cpu", "kernel's CPU time per kernel_info", "µs"}},
          20,
          one_at_a_time};
}

Scenario in_flight_scenario() {
  return {"in-flight", {{"in_flight_rate", "kernel_info, 64 in flight", "1/s", true}}, 20, many_at_once};
}

}  // namespace hermit::bench
