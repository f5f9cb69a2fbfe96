// Last resort: what happens to an exception that leaves a thread which a shell has started (K17).
#pragma once

#include <string>

namespace hermit {

// From now on such an exception, which by the rules of C++ ends the process, is logged and ends its thread
// only; the thread keeps what it holds and sleeps until the process ends. One that leaves a thread of the
// host's still ends the process. To be called by a program, not by a library that is embedded in one: the
// handler is the process's. [main-thread]
void outlive_shell_threads(std::string shell_name);

}  // namespace hermit
