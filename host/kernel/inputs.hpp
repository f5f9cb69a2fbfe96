// Inputs: questions of running cells to their users, and the answers (K9).
// Jupyter messaging: "Messages on the stdin (ROUTER/DEALER) channel".
#pragma once

#include <list>
#include <string>
#include <string_view>

#include "base/mutex.hpp"
#include "kernel/cells.hpp"
#include "kernel/publisher.hpp"

namespace hermit {

// Usable on any thread.
class Inputs {
 public:
  // `publisher` outlives it.
  explicit Inputs(const Publisher& publisher) : publisher_(publisher) {}

  // Asks the client that sent the cell, and waits for its line. HERMIT_OK, HERMIT_REFUSED when the cell
  // may not ask, or HERMIT_INTERRUPTED when the cell was interrupted before or during the wait.
  hermit_status read(const Cell& cell, std::string_view prompt, bool password, std::string& line)
      EXCLUDES(mutex_);

  // Takes an input_reply. One from another client than was asked, or to an older question, is dropped.
  void answer(const Request& reply) EXCLUDES(mutex_);

  // Wakes whoever waits, to look whether its cell was interrupted.
  void wake() EXCLUDES(mutex_);

 private:
  struct Question {
    const Cell* cell;
    std::string msg_id;
    bool answered = false;
    std::string line;
  };

  const Publisher& publisher_;
  Mutex mutex_;
  Condition changed_;
  std::list<Question*> questions_ GUARDED_BY(mutex_);  // each on the stack of the thread that waits
};

}  // namespace hermit
