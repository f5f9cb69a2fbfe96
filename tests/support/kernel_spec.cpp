#include "support/kernel_spec.hpp"

#include <stdexcept>

namespace hermit::tests {

void KernelSpec::start(const Start& start) {
  if (kernel_ != nullptr) throw std::logic_error("the kernel of this test runs already");
  kernel_ = start_kernel(door(), start);
}

KernelUnderTest& KernelSpec::kernel() {
  if (kernel_ == nullptr) start({});
  return *kernel_;
}

std::unique_ptr<KernelUnderTest> KernelSpec::new_kernel(const Start& start) const {
  // One interface is all that a process has.
  return start_kernel(door() == "callable" ? "local" : door(), start);
}

Client& KernelSpec::client() { return clients_.empty() ? add_client() : *clients_.front().client; }

Client& KernelSpec::new_client() {
  client();  // the first is not this one
  return add_client();
}

Client& KernelSpec::add_client() {
  auto transport = kernel().connect();
  auto client = std::make_unique<Client>(*transport, patience);
  auto& connected = clients_.emplace_back(Connected{std::move(transport), std::move(client)});
  if (!connected.client->wait_for_welcome())
    throw std::runtime_error("the kernel does not welcome its client");
  return *connected.client;
}

Transport& KernelSpec::transport_of(const Client& client) {
  for (const auto& connected : clients_) {
    if (connected.client.get() == &client) return *connected.transport;
  }
  throw std::logic_error("this client is not of this test");
}

void KernelSpec::settle() { EXPECT_EQ(client().execute("nop", {.silent = true}).status(), "ok"); }

Answer KernelSpec::execute_held(const std::string& code, ExecuteOptions options) {
  auto held = client().execute("input held\n" + code, options);
  if (held.wait_for_input() == nullptr) throw std::runtime_error("the cell does not ask to be let go");
  return held;
}

void KernelSpec::let_go(const Answer& held) {
  EXPECT_EQ(client().kernel_info().status(), "ok");
  client().reply_to_input(held.inputs_so_far().front(), "");
}

bool KernelSpec::carries(std::string_view part) const {
  return door() != "callable" || static_cast<bool>(parse_json(part));
}

Ending KernelSpec::expect_end() {
  const auto ending = kernel().wait(soon());
  EXPECT_TRUE(ending.has_value()) << "the kernel does not end";
  return ending.value_or(Ending());
}

bool KernelSpec::kernel_works() { return client().execute("echo works").stdout_text() == "works\n"; }

void KernelSpec::TearDown() {
  if (kernel_ == nullptr) return;
  const auto now = std::chrono::steady_clock::now();
  if (!kernel_->wait(now) && !HasFailure()) {
    EXPECT_EQ(client().shutdown().status(), "ok");
    const Ending ending = expect_end();
    EXPECT_EQ(ending.exit_code, 0) << "signal " << ending.signal;
  }
  for (const auto& connected : clients_) {
    EXPECT_EQ(connected.client->timeouts(), 0U) << "a client waited in vain";
    const auto* zmq = dynamic_cast<const ZmqTransport*>(connected.transport.get());
    EXPECT_EQ(zmq == nullptr ? 0 : zmq->dropped(), 0U) << "a message was not signed as it should be";
  }
  EXPECT_EQ(kernel_->log().find("HOST_MISBEHAVING"), std::string::npos) << "a bug in the host";
  if (HasFailure()) ADD_FAILURE() << "what the kernel has logged:\n" << kernel_->log();
}

ZmqKernel& ZmqSpec::kernel() { return dynamic_cast<ZmqKernel&>(KernelSpec::kernel()); }

ZmqTransport& ZmqSpec::transport_of(const Client& client) {
  return dynamic_cast<ZmqTransport&>(KernelSpec::transport_of(client));
}

}  // namespace hermit::tests
