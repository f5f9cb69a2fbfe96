// The kernel of an embedding program: an Interface, its lane, and the program's callbacks.
#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include <hermit/embed.h>

#include "base/log.hpp"
#include "base/moment.hpp"
#include "base/result.hpp"
#include "interface/interface.hpp"

// What the C functions of embed.h are about. How each may be used stands there.
struct hermit_kernel {
  using Clock = std::chrono::steady_clock;

  // Why there is no kernel.
  struct Failure {
    hermit_status status;
    std::string why;
  };

  // `options` are complete.
  explicit hermit_kernel(const hermit_options& options);
  ~hermit_kernel();
  hermit_kernel(const hermit_kernel&) = delete;
  hermit_kernel& operator=(const hermit_kernel&) = delete;

  // One of these, once. When it fails, nothing runs. launch() returns when the kernel has stopped.
  std::optional<Failure> start();
  std::optional<Failure> launch();

  // False in the child of a fork().
  bool is_in_this_process() const { return getpid() == process_; }
  bool is_pumped() const { return options_.lane == HERMIT_LANE_PUMPED; }
  // Whether the calling thread must not wait for the kernel: it is in a callback or in a cell.
  bool is_inside() const;
  bool has_stopped() const { return stopped_.has_happened(); }
  hermit_status wait(std::uint64_t milliseconds);
  hermit_status pump(std::uint64_t milliseconds);
  // Waits for the end. Not when is_inside().
  void end();

  hermit::Interface& interface() const { return *interface_; }
  std::uint32_t state() const;

  // The one that runs. [any-thread]
  static hermit_kernel* instance();

 private:
  std::optional<Failure> prepare();
  std::optional<Failure> begin(hermit::Interface::Pumped pumped);
  void finish();
  void run_lane();

  const hermit_options options_;
  const pid_t process_ = getpid();
  std::optional<hermit::log::Listener> listener_;
  std::shared_ptr<hermit::Interface> interface_;
  std::optional<Failure> failure_;  // of begin(), once that has happened
  hermit::Moment begun_;
  hermit::Moment stopped_;
  std::thread lane_;
  std::atomic<std::thread::id> on_lane_{};  // the thread that runs what waits on the lane now
};
