// While a cell keeps the processor busy: is control alive, and does an interrupt end the cell?
#include "../failure.hpp"
#include "../scenario.hpp"

namespace hermit::bench {
namespace {

using namespace std::chrono_literals;

// That much processor time after the busy status means that the cell runs.
constexpr Client::Duration surely_spinning = 30ms;
constexpr auto look_interval = 5ms;
constexpr std::size_t most_round_trips = 200;
constexpr Client::Duration control_limit = 5s;
constexpr Client::Duration interrupt_limit = 10s;

void wait_until_it_spins(Session& session, const std::string& cell) {
  const auto before = session.process.cpu_time();
  const auto until = Clock::now() + hang_limit;
  while (session.process.cpu_time() - before < surely_spinning) {
    while (const auto message = session.client.poll(Channel::shell)) {
      if (message->answers(cell)) throw Failure("the cell ended by itself: " + message->content.to_string());
    }
    if (session.process.wait(look_interval))
      throw Failure("the kernel died: " + session.process.how_it_ended());
    if (Clock::now() > until) throw Failure("the cell does not run");
  }
}

void control_round_trips(Session& session, const Effort& effort, Findings& findings) {
  std::vector<double> times;
  const auto until = Clock::now() + effort.batch;
  while (times.size() < most_round_trips && Clock::now() < until) {
    const auto sent = Clock::now();
    const std::string id = session.client.send(Channel::control, "kernel_info_request");
    session.client.reply(Channel::control, id, control_limit);
    times.push_back(microseconds(Clock::now() - sent));
  }
  findings.add("control_spinning_p50", quantile(times, 0.5));
}

void interrupt(Subject& subject, Session& session, const std::string& cell, Findings& findings) {
  const auto asked = Clock::now();
  if (subject.kernel().interrupt == Kernel::Interrupt::signal) {
    session.process.interrupt();
  } else {
    session.client.send(Channel::control, "interrupt_request");
  }
  const Message reply = session.client.reply(Channel::shell, cell, interrupt_limit);
  findings.add("interrupt", milliseconds(Clock::now() - asked));
  if (reply.is_ok()) throw Failure("the interrupted cell claims success");
  session.client.until_idle(cell, hang_limit);
}

void measure(Subject& subject, const Effort& effort, Findings& findings) {
  const std::string& spin = snippet(subject, &Language::spin);
  Session& session = subject.session();
  const std::string cell = session.client.execute(spin);
  wait_until_it_spins(session, cell);
  std::string trouble;
  try {
    control_round_trips(session, effort, findings);
  } catch (const Failure& failure) {
    trouble = std::string("control while a cell spins: ") + failure.what();
  }
  // A kernel that is deaf on control may still listen to a signal.
  interrupt(subject, session, cell, findings);
  if (!trouble.empty()) throw Failure(trouble);
}

}  // namespace

Scenario spin_scenario() {
  return {"spin",
          {{.id = "control_spinning_p50",
            .title = "kernel_info on control while a cell spins, p50",
            .unit = "µs",
            .aim = Aim::ratio(1.3)},
           {.id = "interrupt", .title = "interrupt → the cell's error reply", .unit = "ms"}},
          any_rounds,
          measure};
}

}  // namespace hermit::bench
