// OtherThread: what happens beside a cell that runs on the main thread.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "base/mutex.hpp"
#include "check/session.hpp"

namespace hermit::check {

// Time for a cell to begin. Nothing depends on whether it has by then.
inline constexpr std::chrono::milliseconds a_moment{200};

// Does something on a thread of its own, after a moment.
class OtherThread {
 public:
  explicit OtherThread(std::function<void()> deed, std::chrono::milliseconds after = a_moment);
  // Waits for it.
  ~OtherThread();
  OtherThread(const OtherThread&) = delete;
  OtherThread& operator=(const OtherThread&) = delete;

 private:
  std::thread thread_;
};

// Runs a cell on the calling thread, interrupts it after a moment from another, and says how it ended.
Ran run_interrupted(Session& session, std::string_view code);

// Runs `deed` on a thread of its own that runs user code, and waits for it.
void on_another_thread(const std::function<void()>& deed);

}  // namespace hermit::check
