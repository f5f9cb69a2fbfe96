// Interruption: the signals by which a user ends a verb, caught for as long as it has something to put back.
#pragma once

namespace hermit {

// Notes SIGINT, SIGTERM and SIGHUP, unless whoever started the program has them ignored, in place of ending
// the process. What waits for long looks at signal() every now and then. One at a time, on the main thread.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  // Signals do what they did before.
  ~Interruption();

  // The first of the signals that has come; 0 for none, also while no Interruption exists.
  static int signal();

  // Ends the process as that signal would have done, so that whoever waits for it sees why.
  [[noreturn]] static void end_process();
};

}  // namespace hermit
