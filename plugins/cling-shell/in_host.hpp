// Code of the shell's or the host's that a cell has called must not be left by a jump.
#pragma once

#include "lane.hpp"

namespace hermit::cling_shell {

// Says that this thread is in such code, as long as it lives.
class InHost {
 public:
  InHost() : lane_(lane_of_thread()), ran_(lane_ != nullptr && lane_->runs.exchange(false)) {}
  ~InHost() {
    if (lane_ != nullptr) lane_->runs = ran_;
  }
  InHost(const InHost&) = delete;
  InHost& operator=(const InHost&) = delete;

 private:
  Lane* const lane_;
  const bool ran_;
};

}  // namespace hermit::cling_shell
