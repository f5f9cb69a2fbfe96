// Route: where a request is answered, as one pure function of its channel and type.
#pragma once

#include "protocol/names.hpp"

namespace hermit {

enum class Place {
  door,           // at once, on the thread that received it; no shell is needed
  main,           // on the main shell's lane, one after another
  control,        // on the control lane, while every shell may be busy
  introspection,  // beside a running cell, where the shell can
  input,          // it is the answer to a question of the kernel's
  refused,        // not on this channel, or not known
};

// The place for a request of `type` that came on `channel`.
Place route(Channel channel, RequestType type);

}  // namespace hermit
