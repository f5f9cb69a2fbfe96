// Storm: a kernel under several riders at once and a witness, from the first request to the kernel's end.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "storm/rider.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {

struct StormOptions {
  unsigned seed = 1;
  std::size_t messages = 1000;  // about as many are sent, by all riders together
  bool tasks = true;            // see Plan
  bool mortal = false;          // the shell may die: what should succeed may fail
};

// Used by one thread.
class Storm {
 public:
  // The kernel outlives it. Its witness listens from now on.
  Storm(KernelUnderTest& kernel, const StormOptions& options);

  // Rides until all riders have done their steps and all that they sent is answered, then shuts the kernel
  // down.
  void ride();
  // Shuts it down while the riders ride.
  void ride_until_half();

  const Ledger& ledger() const { return ledger_; }

 private:
  void start_riders();
  void listen();
  void shut_down();

  const StormOptions options_;
  Ledger ledger_;
  Shared shared_;
  const Session session_{"storm"};
  const std::string last_;  // the msg_id of the shutdown_request, which ends the storm
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Transport> witness_;
  std::vector<std::thread> riders_;
  std::thread listener_;
};

}  // namespace hermit::tests
