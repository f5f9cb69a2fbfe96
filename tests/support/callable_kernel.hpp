// CallableKernel: a kernel in the process of the tests behind the callable door, whose messages go as JSON
// through two calls, as in a program that embeds Hermit. The shell runs on a thread of its own, in an
// Interface.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "interface/interface.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {

class CallableTransport;

class CallableKernel final : public KernelUnderTest {
 public:
  // Starts it. Throws when the shell cannot be found or a setting is wrong; a shell that cannot be made ends
  // it, see wait(). Its history is in memory unless a setting says otherwise. One at a time.
  explicit CallableKernel(const Start& start = {});
  // Stops it. Ends the process of the tests when it does not stop.
  ~CallableKernel() override;

  // KernelUnderTest. This door knows no topics: a client gets everything, and is welcomed here.
  std::unique_ptr<Transport> connect(const std::vector<std::string>& topics = {""}) override EXCLUDES(mutex_);
  std::optional<Ending> wait(std::chrono::steady_clock::time_point deadline) override EXCLUDES(mutex_);
  // What was logged in the process while this kernel existed.
  std::string log() const override EXCLUDES(mutex_);

 private:
  friend class CallableTransport;

  void leave(CallableTransport& transport) EXCLUDES(mutex_);
  void send(CallableTransport& from, Channel channel, const Message& message) EXCLUDES(mutex_);
  void hand_out(const std::string& json, const std::vector<Bytes>& buffers) EXCLUDES(mutex_);

  mutable Mutex mutex_;
  Condition ended_;
  std::string log_ GUARDED_BY(mutex_);
  std::optional<Ending> ending_ GUARDED_BY(mutex_);
  std::set<CallableTransport*> transports_ GUARDED_BY(mutex_);
  std::map<std::string, CallableTransport*, std::less<>> asked_by_
      GUARDED_BY(mutex_);  // by the request's msg_id
  const log::Listener listener_;
  std::shared_ptr<Interface> interface_;
  std::thread lane_;
};

}  // namespace hermit::tests
