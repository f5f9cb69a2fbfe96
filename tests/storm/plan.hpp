// Plan: what one rider of the storm does, step by step, out of a seed. It knows what the kernel owes for each
// step, and nothing of connections: a step that names a subshell names any of those that there are then.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/names.hpp"
#include "storm/dice.hpp"

namespace hermit::tests {

// What the kernel says because of a message.
enum class Owed {
  answer,   // busy, one reply, idle
  bracket,  // busy, idle
  nothing,
};

// What the status of a reply has to be.
enum class Verdict { any, good, error };

// Which subshell a message is for, or is about.
enum class Where { main_shell, subshell, unknown_subshell };

// What a cell needs to come to its end.
enum class Need {
  nothing,
  interrupt,
  name,  // that Step::name is set, by another cell
};

// What a rider does when the cell asks for a line.
enum class Asked {
  answer,
  answer_late,   // only when it has nothing else to do
  answer_wrong,  // a stranger answers first, then an answer without a line comes, then the right one
  interrupt,
};

struct Step {
  enum class Kind {
    send,
    send_twice,  // the very same frames, of which the second are a replay
    forge,       // with a signature that is wrong
    junk,        // `frames`, on `channel`
    junk_beat,   // `frames`, on the heartbeat
    beat,        // and wait for the echo
    subscribe,   // to the topic `content`
    signal,      // SIGINT
    leave,       // disconnect with all that is open, and come back
    pass_by,     // one more client comes, sends a few requests and is gone
  };

  Kind kind = Kind::send;
  Channel channel = Channel::shell;
  std::string type = {};
  std::string content = "{}";
  std::string metadata = "{}";
  std::vector<std::string> frames = {};  // the buffers of a message, or junk
  Where where = Where::main_shell;
  Owed owed = Owed::answer;
  Verdict verdict = Verdict::any;
  Need need = Need::nothing;
  Asked asked = Asked::answer;
  std::string name = {};
  bool late_output = false;    // something is printed after its idle
  bool same_identity = false;  // whoever leaves comes back as the client it was
};

// Used by one thread.
class Plan {
 public:
  // Without `tasks`, for a kernel in which everything queues, no cell waits for another one.
  Plan(unsigned seed, bool tasks) : dice_(seed), tasks_(tasks) {}

  Step next();

  // How many requests may be open before the next is sent; changes with the steps.
  std::size_t window() const { return window_; }

 private:
  Step traffic();
  Step mischief();

  Dice dice_;
  const bool tasks_;
  std::size_t window_ = 8;
};

// An execute_request, mostly good, in any run mode.
Step random_cell(Dice& dice, bool tasks);

// Any other request, on the channel where it belongs, mostly good.
Step random_question(Dice& dice);

// Puts a request on the wrong channel, or gives it a type that no kernel knows, or content that is wrong.
void spoil(Dice& dice, Step& step);

}  // namespace hermit::tests
