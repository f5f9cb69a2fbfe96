// Door: the way between clients and a kernel, as the interface opens and closes it.
#pragma once

#include "protocol/port.hpp"

namespace hermit {

class Door : public Port {
 public:
  // From now on what arrives, and what has arrived already, is given to `inbox`, on a thread of the door's.
  // Called once; `inbox` outlives close().
  virtual void start(Inbox& inbox) = 0;

  // Sends what was handed in and ends the door's threads. Idempotent. [any-thread but the door's own]
  virtual void close() = 0;
};

}  // namespace hermit
