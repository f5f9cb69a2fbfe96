// LocalKernel: a kernel in the process of the tests, behind a LocalDoor. The shell is loaded and made as the
// program does it, and runs on a thread of its own; there is no socket, no signal and no other process.
//
// What gets stuck for good, in a cell that cannot be interrupted, would keep the process of the tests from
// ending: a test of that is for ZmqKernel.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "interface/kernel_options.hpp"
#include "interface/local_door.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {

class LocalKernel final : public KernelUnderTest {
 public:
  // Starts it. Throws when the shell cannot be found or a setting is wrong; a shell that cannot be made ends
  // it, see wait(). Its history is in memory unless a setting says otherwise.
  explicit LocalKernel(const Start& start = {});
  // Stops it. Ends the process of the tests, which could not end by itself, when it does not stop.
  ~LocalKernel() override;

  // KernelUnderTest. What connect() returns is a LocalTransport.
  std::unique_ptr<Transport> connect(const std::vector<std::string>& topics = {""}) override;
  std::optional<Ending> wait(std::chrono::steady_clock::time_point deadline) override EXCLUDES(mutex_);
  // What was logged in the process while this kernel existed: also what others have logged meanwhile.
  std::string log() const override EXCLUDES(mutex_);

 private:
  void run(const Kernel::MakeShell& make_shell) EXCLUDES(mutex_);

  mutable Mutex mutex_;
  Condition ended_;
  std::string log_ GUARDED_BY(mutex_);
  std::optional<Ending> ending_ GUARDED_BY(mutex_);
  const log::Listener listener_;
  LocalDoor door_;
  std::optional<Kernel> kernel_;
  std::thread lane_;  // the main lane's
};

}  // namespace hermit::tests
