#include "storm/storm.hpp"

#include <signal.h>

#include <stdexcept>
#include <thread>
#include <utility>

#include "support/zmq_kernel.hpp"

namespace hermit::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int riders = 4;

// The number under which the storm itself sends.
constexpr int conductor = riders;

// A connection for Shared::connect. Only over ZeroMQ has a client an identity to come back with.
std::unique_ptr<Transport> connect_to(KernelUnderTest& kernel, const std::string& topic,
                                      const std::string& identity) {
  const auto* process = dynamic_cast<const ZmqKernel*>(&kernel);
  if (process == nullptr) return kernel.connect({topic});
  auto transport = ZmqTransport::connect(process->connection(), topic, identity);
  if (!transport) throw std::runtime_error(transport.error().message);
  return std::move(*transport);
}

// Sends SIGINT to a kernel that is a process.
void send_signal(KernelUnderTest& kernel) {
  if (auto* process = dynamic_cast<ZmqKernel*>(&kernel)) ::kill(process->process().pid(), SIGINT);
}

}  // namespace

Storm::Storm(KernelUnderTest& kernel, const StormOptions& options)
    : options_(options),
      ledger_(options.mortal),
      shared_{
          .connect = [&kernel](const std::string& topic,
                               const std::string& identity) { return connect_to(kernel, topic, identity); },
          .signal = [&kernel] { send_signal(kernel); },
          .tasks = options.tasks,
          .ledger = ledger_},
      last_(session_.next_id()),
      transport_(kernel.connect({"nothing of the storm"})),
      witness_(kernel.connect()) {
  const auto welcome = witness_->receive({Channel::iopub}, soon());
  if (!welcome) throw std::runtime_error("the kernel does not welcome the witness");
  ledger_.hear(Ledger::witness, *welcome);
}

void Storm::start_riders() {
  listener_ = std::thread([this] { listen(); });
  for (int number = 0; number < riders; ++number) {
    riders_.emplace_back([this, number] {
      Rider rider(number, shared_, options_.seed * 1000 + static_cast<unsigned>(number));
      rider.ride(options_.messages / riders);
    });
  }
}

// The witness hears all of iopub until the kernel has said that its shutdown is over.
void Storm::listen() {
  for (;;) {
    const auto arrival = witness_->receive({Channel::iopub}, soon());
    if (!arrival) return ledger_.fault("the witness hears nothing any more");
    const News news = ledger_.hear(Ledger::witness, *arrival);
    if (news.id == last_ && ledger_.has_ended(last_)) return;
  }
}

void Storm::shut_down() {
  Step step;
  step.type = "shutdown_request";
  step.channel = Channel::control;
  step.verdict = Verdict::good;
  Message message;
  message.header = session_.header(step.type, last_);
  ledger_.send({last_, std::string(message.header.view()), conductor, step, false});
  ledger_.leave(last_);  // it has no ear for iopub but the witness
  transport_->send(step.channel, std::move(message));
  if (const auto reply = transport_->receive({step.channel}, soon())) {
    ledger_.hear(conductor, *reply);
  } else {
    ledger_.fault("the shutdown is not answered", last_);
  }
}

void Storm::ride() {
  start_riders();
  for (auto& rider : riders_) rider.join();
  if (!ledger_.wait_for_all(patience)) ledger_.fault("the kernel has gone quiet, and owes answers");
  shut_down();
  listener_.join();
  ledger_.close();
}

void Storm::ride_until_half() {
  start_riders();
  ledger_.wait_until_sent(options_.messages / 2);
  ledger_.expect_end();
  shut_down();
  shared_.over = true;
  for (auto& rider : riders_) rider.join();
  listener_.join();
}

}  // namespace hermit::tests
