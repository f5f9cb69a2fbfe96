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
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "kernel/cells.hpp"
#include "kernel/comms.hpp"
#include "kernel/inputs.hpp"
#include "kernel/interrupter.hpp"
#include "kernel/lane.hpp"
#include "kernel/output.hpp"
#include "kernel/publisher.hpp"
#include "kernel/run_mode.hpp"
#include "kernel/services.hpp"
#include "kernel/subshell.hpp"
#include "protocol/port.hpp"
#include "shell/manifest.hpp"
#include "shell/shell.hpp"

namespace hermit {

// What a kernel is made from.
struct KernelOptions {
  Manifest manifest;                                               // of the shell that will run
  std::map<std::string, std::string, std::less<>> shell_settings;  // text as it is, other types as JSON
  std::optional<std::filesystem::path> history_file;               // without one it stays in memory
  ConcurrencyMode concurrency = ConcurrencyMode::concurrent;
  double timeout = 0;                 // of cells that name none, in seconds; 0 for none
  std::vector<std::string> features;  // for kernel_info, besides those that the manifest tells of
  // Whether what is written to the descriptors 1 and 2 is a cell's output: for a process that is the
  // kernel's.
  bool capture = false;
  bool quiet = true;  // cells' text goes to clients only
  // Finds the processes that cells have started; without it they are left alone. [any-thread]
  FindChildren find_children;
  // Called when the kernel was stopped but its main lane does not come back within the time it has: a
  // cell that cannot be interrupted. Every request has been answered by then. Never called twice.
  std::function<void()> stuck;
  // Called by the stop() that is first, before anything ends. Must not wait. [any-thread]
  std::function<void()> stopping;
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
  // Tells whose output was dropped. [the door's thread]
  void dropped(const Dropped& dropped) override;

  // Makes the shell and answers requests on the calling thread until stop(). Returns the error when the
  // shell cannot be made; requests that came meanwhile are answered with one.
  Result<void> run(const MakeShell& make_shell);

  // The same in steps, all on one thread. begin() makes the shell, and when that fails all is over. serve()
  // answers requests until stop(). A thread that has a loop of its own calls run_due() in its place: that
  // runs what is due, begins nothing after `until`, and returns false when the kernel was stopped. end() ends
  // the shells.
  Result<void> begin(const MakeShell& make_shell);
  void serve() { main_->lane.run(); }
  bool run_due(Lane::Clock::time_point until) { return main_->lane.run_due(until); }
  void end() EXCLUDES(mutex_);
  // Can be read when run_due() has something to do. Before begin() and receive() only.
  Result<int> descriptor() { return main_->lane.descriptor(); }

  // Interrupts what runs and makes run() return. Idempotent. [any-thread]
  void stop() EXCLUDES(mutex_);

  // Ends the running cells with a KernelInterrupt error (K8). [any-thread; works on the control lane]
  void interrupt();

 private:
  void dispatch(const std::shared_ptr<Exchange>& exchange);
  std::shared_ptr<Subshell> addressee(const Exchange& exchange) const;
  void answer_at_door(Exchange& exchange);
  void give_comm(const std::shared_ptr<Exchange>& exchange);
  void answer_on_control(const std::shared_ptr<Exchange>& exchange);
  void answer_introspection(Exchange& exchange, const HistorySession& history);
  void refuse(Exchange& exchange);
  std::vector<std::shared_ptr<Cell>> running_cells(bool silent_too) const;
  std::vector<Interrupter::Target> running_others() const;
  void interrupt(const Interrupter::Done& done);
  void watch_the_end() EXCLUDES(mutex_);

  const KernelOptions options_;
  const Bytes kernel_info_;  // the content of every kernel_info_reply
  Publisher publisher_;
  Cells cells_;
  Output output_;
  Comms comms_;
  Inputs inputs_;
  Services services_;
  History history_;
  Lane control_;
  Lane introspection_;
  Lane comm_lane_;  // runs only for shells with concurrent_comms
  const ExecutorParts parts_;
  const std::shared_ptr<Subshell> main_;
  Subshells subshells_;
  Interrupter interrupter_;                   // ends before what it interrupts
  Lane::Clock::time_point last_interrupt_{};  // on the control lane

  Mutex mutex_;
  Condition ended_changed_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  std::thread watch_;  // set once, by the stop() that was first
};

}  // namespace hermit
