// ParentWatch: notices without polling that the process which started the kernel has died (K16).
#pragma once

#include "base/file.hpp"

namespace hermit {

// A descriptor that becomes readable when the parent ends. Nothing to watch (an invalid descriptor) when
// nobody asked for it with JPY_PARENT_PID, when that is not our parent (another namespace of process
// numbers, a wrapper in between), or when our parent is process 1, which outlives everybody.
Descriptor watch_parent();

}  // namespace hermit
