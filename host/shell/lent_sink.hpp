// LentSink: a sink of the kernel's, lent to a shell for one call (convention 4 of abi.h).
//
// Shells have been seen to keep sinks, to call them twice, and from threads of their own. What a shell gets
// therefore is never the kernel's sink but a stand-in, which is not freed when the call is over: it looks at
// each thing before the kernel does, and names the shell instead of passing on what breaks the rules.
#pragma once

#include <string>

#include <hermit/hermit.h>

namespace hermit {

template <class Sink>
struct SinkSlot;

// Sink is one of hermit_text_sink, hermit_bundle_sink, hermit_error_sink and hermit_match_sink. Its life is
// the call's; made, used and destroyed on one thread.
template <class Sink>
class LentSink {
 public:
  // `function` is the one that gets the sink, for the log; it and `shell` outlive this.
  LentSink(const Sink& to, const std::string& shell, const char* function);
  ~LentSink();
  LentSink(const LentSink&) = delete;
  LentSink& operator=(const LentSink&) = delete;

  // What the shell is given.
  const Sink* get() const;

 private:
  SinkSlot<Sink>* const slot_;
};

}  // namespace hermit
