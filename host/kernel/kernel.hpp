// Kernel: takes what clients send to where it is answered, and holds the kernel's parts together from
// start to shutdown. It knows no sockets (those are a door's) and no language (that is a shell's).
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "kernel/cells.hpp"
#include "kernel/executor.hpp"
#include "kernel/history.hpp"
#include "kernel/inputs.hpp"
#include "kernel/lane.hpp"
#include "kernel/output.hpp"
#include "kernel/publisher.hpp"
#include "kernel/services.hpp"
#include "protocol/port.hpp"
#include "shell/manifest.hpp"
#include "shell/shell.hpp"

namespace hermit {

// What a kernel is made from.
struct KernelOptions {
  Manifest manifest;                                               // of the shell that will run
  std::map<std::string, std::string, std::less<>> shell_settings;  // each a JSON value
  std::optional<std::filesystem::path> history_file;               // without one it stays in memory
  // Called when the kernel was stopped but its main lane does not come back within the time it has: a
  // cell that cannot be interrupted. Every request has been answered by then. Never called twice.
  std::function<void()> stuck;
};

class Kernel final : public Inbox {
 public:
  // Makes the shell; called on the main lane's thread.
  using MakeShell = std::function<Result<std::unique_ptr<Shell>>(ShellHost&)>;

  // `port` outlives the kernel.
  Kernel(Port& port, KernelOptions options);
  // Only when run() has returned or was never called, and nothing calls receive() any more.
  ~Kernel() override;

  // [the door's thread]; may be called before run().
  void receive(Channel channel, Request request) override;
  // Welcomes a subscriber (JEP 65). [the door's thread]
  void subscribed(std::string_view topic) override;

  // Makes the shell and answers requests on the calling thread until stop(). Returns the error when the
  // shell cannot be made; requests that came meanwhile are answered with one.
  Result<void> run(const MakeShell& make_shell);

  // Interrupts what runs and makes run() return. Idempotent. [any-thread]
  void stop() EXCLUDES(mutex_);

  // Ends the running cells with a KernelInterrupt error (K8). [any-thread; works on the control lane]
  void interrupt();

 private:
  void answer_at_door(Exchange& exchange);
  void answer_on_main(const std::shared_ptr<Exchange>& exchange);
  void answer_on_control(Exchange& exchange);
  void answer_introspection(Exchange& exchange);
  void refuse(Exchange& exchange, Channel channel);
  void close_unknown_comm(Exchange& exchange);
  void interrupt_cells() EXCLUDES(shell_mutex_);
  void answer_running(const std::string& why);
  void end_shell() EXCLUDES(mutex_, shell_mutex_);
  void watch_the_end() EXCLUDES(mutex_);

  const KernelOptions options_;
  const Bytes kernel_info_;  // the content of every kernel_info_reply
  Publisher publisher_;
  Cells cells_;
  Output output_;
  Inputs inputs_;
  History history_;
  HistorySession session_;
  Lane main_;
  Executor executor_;
  Services services_;

  // Held while the control lane calls the shell, so that it does not go meanwhile. Lanes that end before
  // the shell does call it without.
  Mutex shell_mutex_;
  std::unique_ptr<Shell> shell_ GUARDED_BY(shell_mutex_);

  Mutex mutex_;
  Condition ended_changed_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  std::thread watch_;  // set once, by the stop() that was first

  Lane introspection_;
  Lane control_;
};

}  // namespace hermit
