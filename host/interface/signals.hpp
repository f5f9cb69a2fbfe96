// Signals: SIGINT and SIGTERM as something a thread can wait for (K8, K16). For the program `hermit`
// alone; an embedding program keeps its own handlers.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

namespace hermit {

// Takes over SIGINT, SIGTERM and SIGPIPE of the process. One at a time; never given back, since the
// process ends with the kernel. Child processes get the default actions.
class Signals {
 public:
  static Result<Signals> install();

  // Readable when a signal has come.
  int descriptor() const { return read_end_.get(); }
  // The next signal that has come, 0 when there is none. [one thread]
  int next() const;

 private:
  explicit Signals(Descriptor read_end) : read_end_(std::move(read_end)) {}
  Descriptor read_end_;
};

}  // namespace hermit
